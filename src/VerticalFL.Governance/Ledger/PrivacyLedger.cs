// The privacy ledger: what has been told of each patient, over all studies.
// What:        sealed, chained records; a charge is on disk before the first byte leaves that it is for, and is never given back. A patient is charged once
//              for one answer (drawn once and repeated, or one run's releases), however often it is asked for.
// Reference:   Rogers, Roth, Ullman, Vadhan 2016, "Privacy Odometers and Filters" (what is spent bounds what may follow); basic composition of pure epsilons,
//              Bun and Steinke 2016, "Concentrated Differential Privacy", lemma 1.7 (rho adds up, also when later releases are chosen by earlier ones).
// Parameters:  a patient's pseudonym = HMAC-SHA256 of the identifier, an answer's tag = that of subject, answer and identifier, 16 bytes each,
//              under a key from 32 bytes that the first record holds. AES-256-GCM, a fresh
//              32-byte salt and so a key for each record; hash = SHA-256(previous hash || sealed record). protocols/governance/README.md, section 6.
// Adversary:   reads, changes, swaps or cuts the file without the storage key: change is refused; a cut or an older copy is seen against the head that
//              every peer keeps, at the next charge.
using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Ledger;

/// <summary>A party's own privacy ledger, open for charging. One process at a time; safe for several threads.</summary>
public sealed class PrivacyLedger : IDisposable
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = Kind + ".sealed";

    /// <summary>The size of what names a subject, in bytes.</summary>
    public const int SubjectSize = 32;

    private const string Kind = "privacy-ledger";
    private const int PseudonymSize = 16;
    private const int EntrySize = 2 * PseudonymSize;
    private const int ChargeHeadSize = sizeof(long) + 32 + 16 + (2 * sizeof(double)) + sizeof(int);
    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly PatientRecords _file;
    private readonly Dictionary<UInt128, PrivacySpending> _spent = [];
    private readonly HashSet<UInt128> _told = [];

    private PrivacyLedger(string stateDirectory, StorageKey key, PartyId party, TimeProvider clock)
    {
        _clock = clock;
        _file = PatientRecords.Open(stateDirectory, Kind, key, party, Apply);
    }

    /// <summary>How many records there are and the last one's hash, which covers all.</summary>
    public LedgerHead Head
    {
        get
        {
            lock (_lock)
            {
                return _file.Head;
            }
        }
    }

    /// <summary>Patients who have been charged for anything.</summary>
    public int Patients
    {
        get
        {
            lock (_lock)
            {
                return _spent.Count;
            }
        }
    }

    /// <summary>Opens or makes the ledger.</summary>
    /// <param name="stateDirectory">The party's state directory; must exist.</param>
    /// <param name="key">The party's storage key; stays the caller's to dispose.</param>
    /// <param name="party">The party.</param>
    /// <param name="clock">The clock. Default: the system's.</param>
    /// <exception cref="StorageException">The ledger was changed, or sealed by another key.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static PrivacyLedger Open(string stateDirectory, StorageKey key, PartyId party, TimeProvider? clock = null)
    {
        return new PrivacyLedger(stateDirectory, key, party, clock ?? TimeProvider.System);
    }

    /// <summary>
    /// Charges patients, all or none, and returns when that is on disk. Whoever has been charged for this answer before is not charged again.
    /// </summary>
    /// <param name="study">The study.</param>
    /// <param name="run">The run.</param>
    /// <param name="subject">What is told: 32 bytes, the same whenever the same answer or the same run's releases are repeated.</param>
    /// <param name="amount">What each patient is charged; not negative.</param>
    /// <param name="patients">The patients, each once.</param>
    /// <param name="allows">Whether a patient may have spent so much.</param>
    /// <exception cref="IOException">The disk refused; nobody is charged, and nothing may leave.</exception>
    public LedgerReservation Reserve(
        StudyId study, RunId run, ReadOnlySpan<byte> subject, PrivacySpending amount, IEnumerable<LedgerPatient> patients, Predicate<PrivacySpending> allows)
    {
        ArgumentNullException.ThrowIfNull(patients);
        ArgumentNullException.ThrowIfNull(allows);
        ArgumentOutOfRangeException.ThrowIfNotEqual(subject.Length, SubjectSize);
        if (!(amount.Epsilon >= 0 && amount.Rho >= 0 && double.IsFinite(amount.Epsilon + amount.Rho)))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "A charge is finite and not negative.");
        }

        lock (_lock)
        {
            (UInt128 Patient, UInt128 Tag)[] all = [.. Named(patients, subject.ToArray()).OrderBy(e => e.Patient)];
            (UInt128 Patient, UInt128 Tag)[] due = [.. all.Where(e => !_told.Contains(e.Tag))];
            int refused = due.Count(e => !allows(_spent.GetValueOrDefault(e.Patient) + amount));
            PrivacySpending largest = all.Select(e => _spent.GetValueOrDefault(e.Patient) + (_told.Contains(e.Tag) ? default : amount))
                .Aggregate(default(PrivacySpending), (a, b) => new(Math.Max(a.Epsilon, b.Epsilon), Math.Max(a.Rho, b.Rho)));
            if (refused > 0 || due.Length == 0)
            {
                return new LedgerReservation(0, refused, largest);
            }

            byte[] record = Write(study, run, amount, due);
            _file.Append(record);
            Apply(record);
            return new LedgerReservation(due.Length, 0, largest);
        }
    }

    /// <summary>Whether this ledger has the record that a peer keeps: false when the peer keeps a later one, or another one of its number.</summary>
    public bool Continues(LedgerHead kept)
    {
        lock (_lock)
        {
            return _file.Continues(kept);
        }
    }

    /// <summary>The largest spending of any patient, by a measure of the caller's.</summary>
    public double Largest(Func<PrivacySpending, double> measure)
    {
        ArgumentNullException.ThrowIfNull(measure);
        lock (_lock)
        {
            return _spent.Values.Distinct().Select(measure).DefaultIfEmpty(0).Max();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static UInt128 Short(ReadOnlySpan<byte> hash) => BinaryPrimitives.ReadUInt128BigEndian(hash);

    private IEnumerable<(UInt128 Patient, UInt128 Tag)> Named(IEnumerable<LedgerPatient> patients, byte[] subject)
    {
        foreach (LedgerPatient patient in patients)
        {
            byte[] identifier = patient.Identifier.ToArray();
            yield return (
                Short(_file.NameOf(identifier)),
                Short(_file.NameOf([.. subject, .. SHA256.HashData(patient.Answer.Span), .. identifier])));
        }
    }

    private byte[] Write(StudyId study, RunId run, PrivacySpending amount, (UInt128 Patient, UInt128 Tag)[] due)
    {
        byte[] record = new byte[ChargeHeadSize + (due.Length * EntrySize)];
        Span<byte> at = record;
        BinaryPrimitives.WriteInt64BigEndian(at, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        study.ToBytes().CopyTo(at[8..]);
        run.ToBytes().CopyTo(at[40..]);
        BinaryPrimitives.WriteDoubleBigEndian(at[56..], amount.Epsilon);
        BinaryPrimitives.WriteDoubleBigEndian(at[64..], amount.Rho);
        BinaryPrimitives.WriteInt32BigEndian(at[72..], due.Length);
        for (int i = 0; i < due.Length; i++)
        {
            Span<byte> entry = at[(ChargeHeadSize + (i * EntrySize))..];
            BinaryPrimitives.WriteUInt128BigEndian(entry, due[i].Patient);
            BinaryPrimitives.WriteUInt128BigEndian(entry[PseudonymSize..], due[i].Tag);
        }

        return record;
    }

    private void Apply(byte[] record)
    {
        ReadOnlySpan<byte> at = record;
        var amount = new PrivacySpending(BinaryPrimitives.ReadDoubleBigEndian(at[56..]), BinaryPrimitives.ReadDoubleBigEndian(at[64..]));
        for (int i = ChargeHeadSize; i < record.Length; i += EntrySize)
        {
            UInt128 patient = Short(at[i..]);
            _spent[patient] = _spent.GetValueOrDefault(patient) + amount;
            _told.Add(Short(at[(i + PseudonymSize)..]));
        }
    }
}
