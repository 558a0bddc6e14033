using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Tests.Studies;
using VerticalFL.Messages;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class MessageLedgerTests
{
    private static readonly PartyId A = new("a"), B = new("b");

    [Fact]
    public void Rows_sum_by_peer_class_and_direction()
    {
        var ledger = new MessageLedger(null);
        ledger.OnSent(B, MessageType.RunEnded, new byte[10]);
        ledger.OnSent(A, MessageType.RunEnded, new byte[1]);
        ledger.OnSent(A, MessageType.RunEnded, new byte[2]);
        ledger.OnReceived(A, MessageType.RunEnded, new byte[4]);

        Assert.Equal(
            [(A, MessageType.RunEnded, false, 1L, 4L), (A, MessageType.RunEnded, true, 2L, 3L), (B, MessageType.RunEnded, true, 1L, 10L)], ledger.Rows());
        Assert.Equal((13, 4), (ledger.BytesSent, ledger.BytesReceived));
    }

    [Fact]
    public void Audit_appends_only_what_was_sent_since_the_last_time()
    {
        using var fixture = new DeskFixture();
        var ledger = new MessageLedger(null);
        var audit = new MessageAudit(fixture.Audit, new ActiveRun(DeskFixture.Run(1), new NewestAttempt(1, null), DeskFixture.Document()), ledger);
        ledger.OnSent(A, MessageType.RunEnded, new byte[5]);
        ledger.OnReceived(A, MessageType.RunCancel, new byte[5]);
        audit.Append();
        audit.Append();
        ledger.OnSent(A, MessageType.RunEnded, new byte[7]);
        audit.Append();

        string[] lines = [.. fixture.AuditText().Split('\n').Where(l => l.Contains("\"MessagesSent\"", StringComparison.Ordinal))];
        Assert.Equal(2, lines.Length);
        Assert.Contains("\"bytes\":\"5\"", lines[0], StringComparison.Ordinal);
        Assert.Contains("\"bytes\":\"7\"", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain("RunCancel", fixture.AuditText(), StringComparison.Ordinal);
    }
}
