using System.Text;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
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
        string first = Open().Count(Run(1), new byte[] { 1 }, [Name("anna")], 2, TimeSpan.FromDays(7)).Ledger;
        string again = Open().Count(Run(1), new byte[] { 1 }, [Name("anna")], 2, TimeSpan.FromDays(7)).Ledger;
        string second = Open().Count(Run(2), new byte[] { 1 }, [Name("anna")], 2, TimeSpan.FromDays(7)).Ledger;

        Assert.Equal(first, again);
        Assert.NotEqual(first, second);
    }

    private static RunId Run(byte number) => RunId.FromBytes([number, .. new byte[RunId.Size - 1]]);

    private static ReadOnlyMemory<byte> Name(string name) => Encoding.UTF8.GetBytes(name);

    private PredictionLedger Open() => new(_state.Path, _key, Lab, _clock);

    private int Count(byte run, params string[] patients) => Count(run, [1], patients);

    private int Count(byte run, byte[] table, params string[] patients) =>
        Open().Count(Run(run), table, [.. patients.Select(Name)], most: 2, TimeSpan.FromDays(7)).Refused;
}
