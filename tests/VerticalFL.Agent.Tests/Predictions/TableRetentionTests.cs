using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Runs;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Agent.Tests.Predictions;

public sealed class TableRetentionTests
{
    [Fact]
    public void Tables_are_deleted_when_their_days_are_over_and_not_before()
    {
        using var state = new TemporaryDirectory();
        using StorageKey key = StorageKey.Open(state.Path);
        var notes = new PredictionNotes(new PartyId("hospital"), new RunFolder(state.Path), key);
        var time = new ManualTime();
        RunId old = RunId.FromBytes([1, .. new byte[RunId.Size - 1]]), young = RunId.FromBytes([2, .. new byte[RunId.Size - 1]]);
        notes.SaveTable(default, old, "a"u8);
        notes.SaveTable(default, young, "b"u8);
        File.SetLastWriteTimeUtc(state["runs", old.Hex, "predictions.sealed"], time.GetUtcNow().UtcDateTime - TimeSpan.FromDays(6.99));
        File.SetLastWriteTimeUtc(state["runs", young.Hex, "predictions.sealed"], time.GetUtcNow().UtcDateTime - TimeSpan.FromDays(1));

        using var retention = new TableRetention(notes, 7, time, NullLogger.Instance);

        time.Advance(TimeSpan.Zero);
        Assert.True(notes.HasTable(old));
        time.Advance(TimeSpan.FromHours(1));
        Assert.Null(notes.FindTable(default, old));
        Assert.Equal("b"u8.ToArray(), notes.FindTable(default, young));
    }
}
