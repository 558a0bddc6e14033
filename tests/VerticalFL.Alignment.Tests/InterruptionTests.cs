using System.Collections.Concurrent;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Alignment.Tests;

/// <summary>Cancelled, hung up on or answered from an old run: every party ends, at whatever message it comes. Set VFL_LONG=1 for every message of the real protocols.</summary>
public sealed class InterruptionTests
{
    private static readonly bool Long = Environment.GetEnvironmentVariable("VFL_LONG") == "1";

    public static TheoryData<string, int, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, int, bool>();
            foreach (string protocol in Aligner.Protocols)
            {
                foreach (int parties in (int[])[2, 3])
                {
                    cases.Add(protocol, parties, true);
                    cases.Add(protocol, parties, false);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Interrupted_at_any_message_every_party_ends(string protocol, int parties, bool cancelled)
    {
        int step = Long ? 1 : 7;
        bool interrupted = true;
        for (int at = 0; interrupted; at += step)
        {
            int seen = -1;
            int place = at;
            using var cancel = new CancellationTokenSource();
            var network = new Network(Party.Names(parties), (_, _, message) =>
            {
                if (Interlocked.Increment(ref seen) != place)
                {
                    return [message];
                }

                if (!cancelled)
                {
                    throw new ChannelLostException();
                }

                cancel.Cancel();
                return [message];
            })
            { Protocol = protocol };
            (AlignmentResult? Result, Exception? Failure)[] all = await network.TryRunAsync(Keys(parties), cancel.Token);

            Assert.False(network.OutOfPatience, $"at message {at} somebody waited for ever");
            Assert.All(all, r => Assert.True(r.Result is not null || r.Failure is OperationCanceledException or ChannelLostException, $"at message {at}: {r.Failure}"));
            interrupted = seen >= at;
            Assert.True(interrupted || (at >= 20 && all.All(r => r.Result is not null)), $"there were {seen + 1} messages, and without an interruption all have a result");
        }
    }

    [Theory]
    [InlineData("ecdh", true)]
    [InlineData("ecdh", false)]
    [InlineData("vole", true)]
    [InlineData("vole", false)]
    public async Task Peer_that_replays_the_attempt_before_gets_no_result(string protocol, bool fromTheHello)
    {
        PartyId[] names = Party.Names(2);
        var old = new ConcurrentQueue<object>();
        IEnumerable<object> Record(PartyId from, PartyId to, object message)
        {
            if (from == names[1])
            {
                old.Enqueue(message);
            }

            return [message];
        }

        IEnumerable<object> Replay(PartyId from, PartyId to, object message) =>
            from != names[1] || !old.TryDequeue(out object? before) || (!fromTheHello && message is AlignmentHello) ? [message] : [before];

        IReadOnlyList<ItemSet>[] keys = Keys(2);
        await new Network(names, Record) { Protocol = protocol }.RunAsync(keys);
        var network = new Network(names, Replay) { Protocol = protocol, Adjust = (_, role) => role with { Attempt = 2 } };
        (AlignmentResult? Result, Exception? Failure)[] all = await network.TryRunAsync(keys);

        Assert.False(network.OutOfPatience);
        Assert.All(all, r => Assert.Null(r.Result));
        if (fromTheHello)
        {
            PeerProtocolException refused = Assert.IsType<PeerProtocolException>(all[0].Failure);
            Assert.Equal((names[1], "alignment: hello"), (refused.Peer, refused.Step));
            Assert.Contains("attempt 1, not 2", refused.Message, StringComparison.Ordinal);
        }
        else
        {
            // Answers to what was never asked fit nobody: one of the two sees it and hangs up, or nobody is common.
            Assert.Contains(all, r => r.Failure is PeerProtocolException or CohortTooSmallException { Patients: 0 });
        }
    }

    private static IReadOnlyList<ItemSet>[] Keys(int parties) =>
    [
        .. Enumerable.Range(0, parties).Select(p => (IReadOnlyList<ItemSet>)
        [
            Party.Items([.. Enumerable.Range(0, 12).Select(i => i % 3 == 0 ? null : $"{i}"), $"own-{p}"]),
            ItemSet.Build(Party.Study, [new("name", Messages.Studies.IdentifierKind.Name)], [[.. Enumerable.Range(0, 12).Select(i => $"{(char)('a' + i)}"), null]], 2),
        ]),
    ];
}
