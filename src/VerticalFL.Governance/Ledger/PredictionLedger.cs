// The prediction ledger: how often each patient was predicted lately.
// What:        sealed, chained records, one a prediction: which, when, and its patients' pseudonyms; on disk before a prediction's first activation leaves, and
//              never given back. Attempts of one prediction over the same table count once.
// Parameters:  a pseudonym = first 16 bytes of HMAC-SHA256 of the patient's item, under a key from 32 bytes that the first record holds (vfl/v1/ledger-id).
// Adversary:   who copies the disk without its key learns the file's size and how many predictions there were; reads, changes, swaps or cuts: change is refused; a cut or
//              an older copy is seen against the head that every peer keeps, at the next prediction.
using System.Text.Json;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Ledger;

/// <summary>Counts predictions of each patient at a party. One process at a time; safe for several threads.</summary>
public sealed class PredictionLedger : IDisposable
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = Kind + ".sealed";

    private const string Kind = "prediction-ledger";
    private const int PseudonymSize = 16;
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly PatientRecords _file;
    private readonly List<Prediction> _predictions = [];

    private PredictionLedger(string stateDirectory, StorageKey key, PartyId self, TimeProvider time)
    {
        _time = time;
        _file = PatientRecords.Open(stateDirectory, Kind, key, self, record => _predictions.Add(
            JsonSerializer.Deserialize<Prediction>(record) ?? throw new StorageException($"'{Path.Combine(stateDirectory, FileName)}' holds an empty record; restore it.")));
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

    /// <summary>Opens or makes the ledger.</summary>
    /// <param name="stateDirectory">The party's state directory; must exist.</param>
    /// <param name="key">The party's storage key; stays the caller's to dispose.</param>
    /// <param name="self">The party.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="StorageException">The ledger was changed, or sealed by another key.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static PredictionLedger Open(string stateDirectory, StorageKey key, PartyId self, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new PredictionLedger(stateDirectory, key, self, time);
    }

    /// <summary>Counts a prediction for some patients; durable when it returns.</summary>
    /// <param name="run">The prediction.</param>
    /// <param name="table">The fingerprint of the table: another table is another prediction.</param>
    /// <param name="patients">The patients' items.</param>
    /// <param name="most">How many predictions a patient may be in within the period.</param>
    /// <param name="period">The period.</param>
    /// <exception cref="IOException">The disk refused: nothing may leave.</exception>
    public PredictionCount Count(RunId run, ReadOnlyMemory<byte> table, IReadOnlyList<ReadOnlyMemory<byte>> patients, int most, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(patients);
        lock (_lock)
        {
            DateTimeOffset now = _time.GetUtcNow();
            string source = $"{run.Hex} {Convert.ToHexStringLower(table.Span)}";
            string[] asked = [.. patients.Select(p => Convert.ToBase64String(_file.NameOf(p.Span).AsSpan(0, PseudonymSize)))];
            HashSet<string> counted = [.. _predictions.Where(p => p.Source == source).SelectMany(p => p.Patients)];
            Dictionary<string, int> lately = _predictions.Where(p => p.Source != source && p.Time > now - period).SelectMany(p => p.Patients)
                .GroupBy(p => p, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
            string[] fresh = [.. asked.Where(p => !counted.Contains(p))];
            int refused = fresh.Count(p => lately.GetValueOrDefault(p) >= most);
            if (refused == 0 && fresh.Length > 0)
            {
                var next = new Prediction(source, now, fresh);
                _file.Append(JsonSerializer.SerializeToUtf8Bytes(next));
                _predictions.Add(next);
            }

            return new PredictionCount(refused, Convert.ToHexStringLower(_file.Head.Hash.Span));
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

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private sealed record Prediction(string Source, DateTimeOffset Time, IReadOnlyList<string> Patients);
}
