using VerticalFL.Agent;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Simulation;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>What a party's policy forbids is refused before that party answers for a single patient.</summary>
public sealed class RefusedEarlyTests
{
    [Fact]
    public async Task Set_larger_than_the_policy_takes_is_refused_before_the_alignment_answers()
    {
        using var directory = new TemporaryDirectory();
        RecordedCohort.Write(directory.Path);
        File.WriteAllText(directory["lab.policy.json"], """{ "largestSet": 300 }""");

        // Whose end the coordinator hears of first is a matter of chance; why the lab refuses is not.
        var refusal = new TaskCompletionSource<PeerProtocolException>();
        (_, IReadOnlyList<RecordedMessage> messages) = await FailAsync(directory.Path, (party, seams) => party != RecordedCohort.Lab ? seams : seams with
        {
            Align = async (role, items, channels, progress, token) =>
            {
                try
                {
                    return await seams.Align(role, items, channels, progress, token);
                }
                catch (PeerProtocolException e)
                {
                    refusal.SetResult(e);
                    throw;
                }
            },
        });

        Assert.True(refusal.Task.IsCompletedSuccessfully);
        Assert.Contains("300 identifiers", (await refusal.Task).Message, StringComparison.Ordinal);
        Assert.DoesNotContain(messages, m => m.Sent && m.At == RecordedCohort.Lab && m.Type is MessageType.VoleRequest or MessageType.OkvsChunk);
    }

    [Fact]
    public async Task Outcome_that_the_policy_denies_is_refused_at_approval()
    {
        using var directory = new TemporaryDirectory();
        RecordedCohort.Write(directory.Path);
        File.WriteAllText(directory["hospital.policy.json"], """{ "columns": { "denied": ["label"] } }""");

        (RunFailedException failed, IReadOnlyList<RecordedMessage> messages) = await FailAsync(directory.Path, (_, seams) => seams);

        Assert.Equal(RunOutcome.NotAllowed, failed.Outcome);
        Assert.Contains("'label'", failed.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(messages, m => m.Peer != PartyId.Coordinator);
    }

    private static async Task<(RunFailedException Failed, IReadOnlyList<RecordedMessage> Messages)> FailAsync(
        string folder, Func<PartyId, AgentSeams, AgentSeams> change)
    {
        var transcript = new Transcript();
        var starter = new RecordingStarter(party => change(party, new AgentSeams { Recorder = transcript.At(party) }));
        RunFailedException failed = await Assert.ThrowsAsync<RunFailedException>(async () =>
        {
            await using Consortium consortium = await Consortium.SimulateAsync(StudyFolder.Load(folder), starter, null, TestContext.Current.CancellationToken);
            await consortium.Completion;
        });
        return (failed, transcript.Messages);
    }
}
