using System.Text;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Ledger;

public sealed class PredictionLedgerTests : IDisposable
{
    private static readonly PartyId Lab = new("lab");
    private readonly TemporaryDirectory _state = new();
    private readonly StorageKey _key;
    private readonly ManualClock _clock = new(TimeProvider.System.GetUtcNow());

    public PredictionLedgerTests() => _key = StorageKey.Open(_state.Path);

    public void Dispose()
    {
        _key.Dispose();
        _state.Dispose();
    }

    [Fact]
    public void Patients_are_counted_over_predictions_and_restarts_until_they_have_been_in_as_many_as_they_may()
    {
        Assert.Equal(0, Count(1, "anna", "bert"));
        Assert.Equal(0, Count(2, "bert", "carl"));

        Assert.Equal(1, Count(3, "anna", "bert", "carl"));

        // Nobody was counted by the one that was refused.
        Assert.Equal(0, Count(4, "anna", "carl"));
        Assert.Equal(2, Count(5, "anna", "carl"));
    }

    [Fact]
    public void Attempts_of_one_prediction_count_once_unless_the_table_has_changed()
    {
        Assert.Equal(0, Count(1, "anna"));
        Assert.Equal(0, Count(1, "anna"));
        Assert.Equal(0, Count(2, "anna"));
        Assert.Equal(0, Count(1, "anna"));

        Assert.Equal(1, Count(1, [9], "anna"));
        Assert.Equal(0, Count(1, [9], "bert"));
    }

    [Fact]
    public void After_the_period_a_patient_may_be_predicted_again()
    {
        Count(1, "anna");
        _clock.Now += TimeSpan.FromDays(6);
        Count(2, "anna");
        Assert.Equal(1, Count(3, "anna"));
        _clock.Now += TimeSpan.FromDays(1);

        Assert.Equal(0, Count(3, "anna"));
        Assert.Equal(1, Count(4, "anna"));
    }

    [Fact]
    public void File_tells_nothing_and_refuses_to_be_changed()
    {
        Count(1, "anna");
        string path = _state[PredictionLedger.FileName];
        byte[] bytes = File.ReadAllBytes(path);
        Assert.True(bytes.AsSpan().IndexOf("anna"u8) < 0 && bytes.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Run(1).Hex)) < 0);

        bytes[^1] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.Throws<StorageException>(() => Count(2, "anna"));
    }

    [Fact]
    public void Hash_for_the_audit_log_changes_with_every_prediction_that_counts()
    {
        using PredictionLedger ledger = Open();
        string[] hashes = [.. new byte[] { 1, 1, 2 }.Select(run => ledger.Count(Run(run), new byte[] { 1 }, [Name("anna")], 2, TimeSpan.FromDays(7)).Ledger)];
        (string first, string again, string second) = (hashes[0], hashes[1], hashes[2]);

        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
    }

    [Fact]
    public void An_older_copy_does_not_continue_what_a_peer_was_shown()
    {
        Count(1, "anna");
        byte[] older = File.ReadAllBytes(_state[PredictionLedger.FileName]);
        Count(2, "anna");
        using (PredictionLedger newest = Open())
        {
            using var keeps = new TemporaryDirectory();
            using StorageKey peerKey = StorageKey.Open(keeps.Path);
            new PeerLedgers(keeps.Path, peerKey, new PartyId("hospital"), PeerLedgers.OfPredictions).Keep(Lab, newest.Head);
            LedgerHead kept = new PeerLedgers(keeps.Path, peerKey, new PartyId("hospital"), PeerLedgers.OfPredictions).Keep(Lab, newest.Head)!;
            Assert.True(newest.Continues(kept));
            Assert.Null(new PeerLedgers(keeps.Path, peerKey, new PartyId("hospital")).Keep(Lab, newest.Head));
            newest.Dispose();

            File.WriteAllBytes(_state[PredictionLedger.FileName], older);
            using PredictionLedger restored = Open();
            Assert.False(restored.Continues(kept));

            // Nor does it when it has grown to the same length with other predictions.
            Assert.Equal(0, restored.Count(Run(3), new byte[] { 1 }, [Name("bert")], 2, TimeSpan.FromDays(7)).Refused);
            Assert.False(restored.Continues(kept));
        }
    }

    private static RunId Run(byte number) => RunId.FromBytes([number, .. new byte[RunId.Size - 1]]);

    private static ReadOnlyMemory<byte> Name(string name) => Encoding.UTF8.GetBytes(name);

    private PredictionLedger Open() => PredictionLedger.Open(_state.Path, _key, Lab, _clock);

    private int Count(byte run, params string[] patients) => Count(run, [1], patients);

    private int Count(byte run, byte[] table, params string[] patients)
    {
        using PredictionLedger ledger = Open();
        return ledger.Count(Run(run), table, [.. patients.Select(Name)], most: 2, TimeSpan.FromDays(7)).Refused;
    }
}
