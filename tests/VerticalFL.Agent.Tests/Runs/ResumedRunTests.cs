using System.Security.Cryptography;
using VerticalFL.Governance.Audit;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

/// <summary>A second attempt goes on where the first one was cut off, from sealed files, with the calm run's model.</summary>
public sealed class ResumedRunTests
{
    private static readonly Lazy<Task<string>> ChosenCalmly = new(() => CalmAsync(choice: true));
    private static readonly Lazy<Task<string>> FoldedCalmly = new(() => CalmAsync(choice: false));

    [Fact]
    public async Task A_run_that_is_cut_off_in_training_goes_on_and_ends_with_the_same_model()
    {
        using var calm = new ConsortiumOfRunners();
        await calm.AttemptAsync(_ => null);
        using var cut = new ConsortiumOfRunners();

        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.AttemptAsync(p => new Cut(p, "lab", MessageType.ActivationGradients, 12)));
        Assert.All(["hospital", "lab", "pharmacy"], p => Assert.Contains("checkpoint-12.sealed", cut.FilesOf(p)));
        var second = new Types();
        await cut.AttemptAsync(_ => second);

        Assert.Equal(calm.ModelHash, cut.ModelHash);
        Assert.DoesNotContain(calm.Log, l => l.Contains("goes on", StringComparison.Ordinal));
        Assert.All(["hospital", "lab", "pharmacy"], p => Assert.Contains(cut.Log, l => l.StartsWith(p, StringComparison.Ordinal) && l.EndsWith("goes on from step 12", StringComparison.Ordinal)));
        Assert.Equal(3, cut.Log.Count(l => l.Contains("takes up its alignment", StringComparison.Ordinal)));
        Assert.DoesNotContain(MessageType.VoleTable, second.Sent);
        Assert.Contains(MessageType.RowCheckDigest, second.Sent);
        Assert.Contains("went on from step 12 in attempt 2", cut.ReportText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_is_cut_off_in_its_third_fold_goes_on_there_with_the_same_models()
    {
        using var calm = new ConsortiumOfRunners(folds: 3);
        await calm.AttemptAsync(_ => null);
        using var cut = new ConsortiumOfRunners(folds: 3);

        // Each training asks once where to go on; the fourth is the third fold's.
        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.AttemptAsync(p => new Cut(p, "lab", MessageType.ActivationGradients, 5, after: (MessageType.ResumeChoice, 4))));
        var second = new Types();
        await cut.AttemptAsync(_ => second);

        Assert.Equal(calm.ModelHash, cut.ModelHash);
        Assert.Equal(calm.FoldHashes, cut.FoldHashes);
        Assert.Equal(4, cut.FoldHashes.Append(cut.ModelHash).Distinct().Count());
        Assert.DoesNotContain(MessageType.VoleTable, second.Sent);
        Assert.Contains(cut.Log, l => l.StartsWith("lab", StringComparison.Ordinal) && l.EndsWith("goes on from step 4", StringComparison.Ordinal));
    }

    /// <summary>The boundaries of a run of two models and a second training, or of folds: who dies where, behind how many messages of another type, and whether always.</summary>
    public static TheoryData<bool, string, MessageType, int, MessageType, int, bool> Boundaries => new()
    {
        // Each training begins with one choice where to go on at a feature party, with a TrainingReady of each of the two at the label party.
        { true, "lab", MessageType.ResumeChoice, 1, default, 0, false },
        { true, "hospital", MessageType.PartSummary, 3, default, 0, false },
        { true, "lab", MessageType.ModelChoice, 0, default, 0, true },
        { true, "hospital", MessageType.TrainingReady, 4, default, 0, true },
        { true, "lab", MessageType.ActivationGradients, 0, MessageType.ResumeChoice, 3, false },
        { true, "hospital", MessageType.CheckpointSaved, 0, MessageType.TrainingReady, 6, true },
        { true, "pharmacy", MessageType.RunSummary, 2, default, 0, false },
        { false, "lab", MessageType.ResumeChoice, 3, default, 0, false },
        { false, "hospital", MessageType.PartSummary, 6, default, 0, false },
        { false, "pharmacy", MessageType.RunSummary, 3, default, 0, true },
    };

    [Theory]
    [MemberData(nameof(Boundaries))]
    public async Task A_run_that_is_cut_off_between_two_trainings_ends_with_the_same_models_and_masks_nothing_twice(
        bool choice, string party, MessageType type, int number, MessageType afterType, int after, bool always)
    {
        if (!always && Environment.GetEnvironmentVariable("VFL_LONG") != "1")
        {
            Assert.Skip("One death at each kind of boundary stands for all; set VFL_LONG=1 for every one.");
        }

        string calm = await (choice ? ChosenCalmly : FoldedCalmly).Value;
        using ConsortiumOfRunners cut = Make(choice);
        var left = new Left();

        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.AttemptAsync(p => new Cut(p, party, type, number, (afterType, after), left)));
        await cut.AttemptAsync(_ => left);

        Assert.Equal(calm, HashesOf(cut, choice));
        Assert.True(left.Contributions.Count > 3, "mask contributions were sent in both attempts");
        Assert.Equal(left.Contributions.Count, left.Contributions.Distinct().Count());
        Assert.Equal(left.Activations.Count, left.Activations.Distinct().Count());
    }

    [Fact]
    public async Task Alignment_by_two_keys_is_taken_up_and_one_that_was_cut_off_in_its_second_pass_is_begun_anew()
    {
        const string Keys = """[["mrn:mrn"], ["patient_id"]]""";
        using var calm = new ConsortiumOfRunners(Keys);
        await calm.AttemptAsync(_ => null);
        using var cut = new ConsortiumOfRunners(Keys);

        // A follower is greeted by the leader once in each pass.
        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.AttemptAsync(p => new Cut(p, "lab", MessageType.AlignmentHello, 1)));
        Assert.DoesNotContain("alignment.sealed", cut.FilesOf("lab"));
        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.AttemptAsync(p => new Cut(p, "lab", MessageType.ActivationGradients, 12)));
        await cut.AttemptAsync(_ => null);

        Assert.Equal(calm.ModelHash, cut.ModelHash);
        Assert.Equal(3, cut.Log.Count(l => l.Contains("takes up its alignment", StringComparison.Ordinal)));
        Assert.Equal(3, calm.Log.Count(l => l.Contains("key 2: matched", StringComparison.Ordinal)));
        Assert.Equal(3, calm.Log.Count(l => l.Contains("key 1:", StringComparison.Ordinal) && l.Contains("lack it", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_run_that_is_cut_off_in_the_alignment_aligns_anew()
    {
        using var calm = new ConsortiumOfRunners();
        await calm.AttemptAsync(_ => null);
        using var cut = new ConsortiumOfRunners();

        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.AttemptAsync(p => new Cut(p, "pharmacy", MessageType.RowCheckContribution, 0)));
        await cut.AttemptAsync(_ => null);

        Assert.Equal(calm.ModelHash, cut.ModelHash);
        Assert.DoesNotContain(cut.Log, l => l.Contains("takes up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_table_that_has_changed_since_is_aligned_anew_and_trained_from_the_beginning()
    {
        using var cut = new ConsortiumOfRunners();

        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.AttemptAsync(p => new Cut(p, "lab", MessageType.ActivationGradients, 12)));
        cut.Change("pharmacy", table => table.Replace(",0.", ",1.", StringComparison.Ordinal));
        var second = new Types();
        await cut.AttemptAsync(_ => second);

        Assert.Contains(MessageType.VoleTable, second.Sent);
        Assert.DoesNotContain(cut.Log, l => l.Contains("goes on", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_of_a_party_that_is_cut_between_two_checkpoints_contradicts_what_each_peer_keeps()
    {
        using var cut = new ConsortiumOfRunners();

        // The run never comes to its end, where heads are exchanged too.
        await Assert.ThrowsAsync<InvalidOperationException>(() => cut.AttemptAsync(p => new Cut(p, "lab", MessageType.ActivationGradients, 12)));
        Assert.Null(cut.Verify("lab", "hospital", "pharmacy").Problem);

        // Two heads at the start, two at each of five checkpoints and perhaps the sixth: what is cut off begins behind the third.
        int[] heads = [.. cut.AuditOf("lab").Index().Where(l => l.Item.Contains("\"PeerHead\"", StringComparison.Ordinal)).Select(l => l.Index)];
        Assert.InRange(heads.Length, 2 + 10, 2 + 12);
        cut.KeepOfAudit("lab", heads[2 + 6]);

        Assert.All(["hospital", "pharmacy"], peer =>
        {
            AuditReport report = cut.Verify("lab", peer);
            Assert.StartsWith("Records were cut off: a peer keeps the signed head of record", report.Problem, StringComparison.Ordinal);
            Assert.True(report.HeadsMatched > 1, "those of the start and of the checkpoints before the cut are in the log");
        });
    }

    private static ConsortiumOfRunners Make(bool choice) => choice ? new(choice: true) : new(folds: 3);

    private static string HashesOf(ConsortiumOfRunners run, bool choice) => string.Join(' ', choice ? [run.ModelHash] : run.FoldHashes.Append(run.ModelHash));

    private static async Task<string> CalmAsync(bool choice)
    {
        using ConsortiumOfRunners calm = Make(choice);
        await calm.AttemptAsync(_ => null);
        return HashesOf(calm, choice);
    }

    /// <summary>The party's process dies when it receives the n-th message of a type.</summary>
    private sealed class Cut(PartyId self, string party, MessageType type, int number, (MessageType Type, int Number) after = default, Left? left = null) : IChannelObserver
    {
        private int _seen;
        private int _before;

        public void OnSent(PartyId peer, MessageType sent, ReadOnlySpan<byte> message) => left?.OnSent(peer, sent, message);

        public void OnReceived(PartyId peer, MessageType received, ReadOnlySpan<byte> message)
        {
            if (received == after.Type)
            {
                Interlocked.Increment(ref _before);
            }

            if (self.Value == party && _before >= after.Number && received == type && Interlocked.Increment(ref _seen) == number + 1)
            {
                throw new IOException("the power is gone");
            }
        }
    }

    /// <summary>What left under masks, and what the masks are made of.</summary>
    private sealed class Left : IChannelObserver
    {
        public System.Collections.Concurrent.ConcurrentBag<string> Contributions { get; } = [];

        public System.Collections.Concurrent.ConcurrentBag<string> Activations { get; } = [];

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            if (type == MessageType.MaskContribution)
            {
                Contributions.Add(Convert.ToHexString(MessageCodec.Decode<MaskContribution>(message).Contribution.Span));
            }
            else if (type == MessageType.MaskedActivations)
            {
                Activations.Add(Convert.ToHexString(SHA256.HashData(MessageCodec.Decode<MaskedActivations>(message).Values.Span)));
            }
        }

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
        }
    }

    private sealed class Types : IChannelObserver
    {
        public System.Collections.Concurrent.ConcurrentBag<MessageType> Sent { get; } = [];

        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message) => Sent.Add(type);

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
        }
    }
}
