using System.Text;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Ledger;

public sealed class PrivacyLedgerTests : IDisposable
{
    private static readonly PartyId Hospital = new("hospital");
    private static readonly byte[] Question = [.. Enumerable.Repeat((byte)1, PrivacyLedger.SubjectSize)];
    private static readonly byte[] Another = [.. Enumerable.Repeat((byte)2, PrivacyLedger.SubjectSize)];
    private readonly TemporaryDirectory _state = new();
    private readonly StorageKey _key;

    public PrivacyLedgerTests() => _key = StorageKey.Open(_state.Path);

    private string LedgerPath => _state[PrivacyLedger.FileName];

    public void Dispose()
    {
        _key.Dispose();
        _state.Dispose();
    }

    [Fact]
    public void Charges_add_up_over_studies_and_restarts()
    {
        using (PrivacyLedger ledger = Open())
        {
            Assert.Equal(new LedgerReservation(2, 0, new(1, 0)), Charge(ledger, Question, new(1, 0), 10, "anna", "bert"));
        }

        using (PrivacyLedger ledger = Open())
        {
            Assert.Equal(new LedgerReservation(2, 0, new(1.5, 0.25)), Charge(ledger, Another, new(0.5, 0.25), 10, "bert", "carl"));
            Assert.Equal(3, ledger.Patients);
            Assert.Equal(1.5, ledger.Largest(s => s.Epsilon));
            Assert.Equal(3, ledger.Head.Sequence);
        }
    }

    [Fact]
    public void An_answer_that_is_repeated_is_charged_once_and_another_one_anew()
    {
        using PrivacyLedger ledger = Open();
        Charge(ledger, Question, new(1, 0), 10, "anna", "bert");
        LedgerHead head = ledger.Head;

        Assert.Equal(new LedgerReservation(0, 0, new(1, 0)), Charge(ledger, Question, new(1, 0), 1, "anna", "bert"));
        Assert.Equal(head.Sequence, ledger.Head.Sequence);
        Assert.Equal(1, Charge(ledger, Question, new(1, 0), 1, "anna", "carl").Charged);
        Assert.Equal(new LedgerReservation(1, 0, new(2, 0)), ledger.Reserve(default, default, Question, new(1, 0), [Patient("anna", answer: "changed")], s => s.Epsilon <= 2));
    }

    [Fact]
    public void One_patient_over_the_budget_refuses_all_and_charges_nobody()
    {
        using PrivacyLedger ledger = Open();
        Charge(ledger, Question, new(2, 0), 3, "anna");
        LedgerHead head = ledger.Head;

        Assert.Equal(new LedgerReservation(0, 1, new(3.5, 0)), Charge(ledger, Another, new(1.5, 0), 3, "anna", "bert"));
        Assert.Equal((head.Sequence, 1), (ledger.Head.Sequence, ledger.Patients));
        Assert.Equal(1, Charge(ledger, Another, new(1, 0), 3, "anna").Charged);
    }

    [Fact]
    public void What_is_reserved_is_on_disk_before_the_call_returns()
    {
        using PrivacyLedger ledger = Open();
        Charge(ledger, Question, new(2, 0), 3, "anna");

        // What a killed process leaves: the file as it is now, without any closing.
        using var left = new TemporaryDirectory();
        File.WriteAllBytes(left[PrivacyLedger.FileName], Bytes());
        using PrivacyLedger again = PrivacyLedger.Open(left.Path, _key, Hospital);
        Assert.Equal(1, Charge(again, Another, new(2, 0), 3, "anna").Refused);
        Assert.True(again.Continues(ledger.Head));
    }

    [Fact]
    public void Unfinished_record_is_cut_at_every_length_and_nothing_before_it()
    {
        long before;
        using (PrivacyLedger ledger = Open())
        {
            Charge(ledger, Question, new(1, 0), 3, "anna");
            before = new FileInfo(LedgerPath).Length;
            Charge(ledger, Another, new(1, 0), 3, "anna");
        }

        byte[] whole = File.ReadAllBytes(LedgerPath);
        for (int length = (int)before; length < whole.Length; length++)
        {
            File.WriteAllBytes(LedgerPath, whole[..length]);
            using PrivacyLedger ledger = Open();
            Assert.Equal(1, ledger.Largest(s => s.Epsilon));
            Assert.Equal(before, new FileInfo(LedgerPath).Length);
        }
    }

    [Fact]
    public void A_change_anywhere_is_refused()
    {
        using (PrivacyLedger ledger = Open())
        {
            Charge(ledger, Question, new(1, 0), 3, "anna");
            Charge(ledger, Another, new(1, 0), 3, "anna");
        }

        byte[] whole = File.ReadAllBytes(LedgerPath);
        for (int at = 0; at < whole.Length; at++)
        {
            byte[] changed = [.. whole];
            changed[at] ^= 0x40;
            File.WriteAllBytes(LedgerPath, changed);
            StorageException refusal = Assert.Throws<StorageException>(() => Open().Dispose());
            Assert.Contains(LedgerPath, refusal.Message, StringComparison.Ordinal);
            Assert.Equal(changed, File.ReadAllBytes(LedgerPath));
        }
    }

    [Fact]
    public void An_older_copy_does_not_continue_what_a_peer_keeps_and_a_later_one_does()
    {
        using var keeps = new TemporaryDirectory();
        using StorageKey peerKey = StorageKey.Open(keeps.Path);
        byte[] copy;
        LedgerHead first;
        using (PrivacyLedger ledger = Open())
        {
            Charge(ledger, Question, new(1, 0), 3, "anna");
            first = ledger.Head;
            copy = Bytes();
            Charge(ledger, Another, new(1, 0), 3, "anna");
            var peer = new PeerLedgers(keeps.Path, peerKey, new PartyId("lab"));
            Assert.Null(peer.Keep(Hospital, first));
            Assert.Equal(1 + 1, peer.Keep(Hospital, ledger.Head)!.Sequence);
        }

        LedgerHead kept = new PeerLedgers(keeps.Path, peerKey, new PartyId("lab")).Keep(Hospital, first)!;
        Assert.Equal(3, kept.Sequence);
        File.WriteAllBytes(LedgerPath, copy);
        using (PrivacyLedger older = Open())
        {
            Assert.True(older.Continues(first));
            Assert.False(older.Continues(kept));

            // Charged anew to the same length, it is still another one.
            Charge(older, Another, new(1, 0), 3, "anna");
            Assert.False(older.Continues(kept));
        }
    }

    [Fact]
    public void Another_key_or_party_is_refused_and_no_patient_stands_in_the_file()
    {
        using (PrivacyLedger ledger = Open())
        {
            Charge(ledger, Question, new(1, 0), 3, "annabelle-the-patient");
        }

        Assert.DoesNotContain("annabelle", Encoding.Latin1.GetString(File.ReadAllBytes(LedgerPath)), StringComparison.Ordinal);
        Assert.Throws<StorageException>(() => PrivacyLedger.Open(_state.Path, _key, new PartyId("lab")));
        using var other = new TemporaryDirectory();
        using StorageKey otherKey = StorageKey.Open(other.Path);
        StorageException refused = Assert.Throws<StorageException>(() => PrivacyLedger.Open(_state.Path, otherKey, Hospital));
        Assert.Contains("restore the newest copy", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, double.NaN)]
    [InlineData(double.PositiveInfinity, 0)]
    public void A_charge_that_gives_back_or_says_nothing_is_refused(double epsilon, double rho)
    {
        using PrivacyLedger ledger = Open();
        Assert.Throws<ArgumentOutOfRangeException>(() => Charge(ledger, Question, new(epsilon, rho), 3, "anna"));
    }

    private static LedgerPatient Patient(string name, string answer = "") => new(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(answer));

    private static LedgerReservation Charge(PrivacyLedger ledger, byte[] subject, PrivacySpending amount, double most, params string[] patients) =>
        ledger.Reserve(default, default, subject, amount, patients.Select(p => Patient(p)), s => s.Epsilon <= most);

    private PrivacyLedger Open() => PrivacyLedger.Open(_state.Path, _key, Hospital);

    // While the ledger is open.
    private byte[] Bytes()
    {
        using var stream = new FileStream(LedgerPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
