using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Checkpoints;

public sealed class CheckpointTests
{
    [Fact]
    public void What_was_written_is_read_bit_for_bit()
    {
        Checkpoint written = Sample();

        Checkpoint read = Checkpoint.Decode(Encode(written));

        Assert.Equal(Encode(written), Encode(read));
        Assert.Equal(written.Mark, read.Mark);
        Assert.Equal(written.History!.Losses, read.History!.Losses);
        Assert.Equal(double.PositiveInfinity, read.History.BestLoss);
        Assert.True(double.IsNaN(read.History.LossSum));
        Assert.Equal(written.Models[1], read.Models[1]);
    }

    [Fact]
    public void A_cut_longer_or_foreign_content_is_refused()
    {
        byte[] content = Encode(Sample());

        for (int length = 0; length < content.Length; length++)
        {
            Assert.Throws<MessageFormatException>(() => Checkpoint.Decode(content.AsSpan(0, length)));
        }

        Assert.Throws<MessageFormatException>(() => Checkpoint.Decode([.. content, 0]));
        Assert.Throws<MessageFormatException>(() => Checkpoint.Decode([1, .. content.AsSpan(1)]));
    }

    [Fact]
    public void Data_or_an_engine_that_differs_in_anything_has_another_hash()
    {
        var engine = new NamedEngine("managed", "1");
        var table = new FeatureMatrix([1, 2, 3, 4], 2, 2, ["a", "b"]);
        var outcome = new Targets(OutcomeKind.Survival, [1, 2], [true, false], []);
        byte[][] hashes =
        [
            PreparedData.Hash(table, engine),
            PreparedData.Hash(table, engine, outcome),
            PreparedData.Hash(table with { Values = [3, 4, 1, 2] }, engine),
            PreparedData.Hash(table with { Values = [1, 2, 3, 4.0000005f] }, engine),
            PreparedData.Hash(table with { Rows = 1, Columns = 4 }, engine),
            PreparedData.Hash(table with { Names = ["a", "c"] }, engine),
            PreparedData.Hash(table with { Names = ["ab", ""] }, engine),
            PreparedData.Hash(table, new NamedEngine("managed", "2")),
            PreparedData.Hash(table, new NamedEngine("other", "1")),
            PreparedData.Hash(table, new NamedEngine("managed1", "")),
            PreparedData.Hash(table, engine, outcome with { Values = [2, 1] }),
            PreparedData.Hash(table, engine, outcome with { Events = [false, true] }),
            PreparedData.Hash(table, engine, outcome with { Kind = OutcomeKind.Binary, Classes = ["0", "1"], Events = null }),
            PreparedData.Hash(table, engine, outcome with { Kind = OutcomeKind.Binary, Classes = ["1", "0"], Events = null }),
        ];

        Assert.Equal(hashes.Length, hashes.Select(Convert.ToHexString).Distinct().Count());
        Assert.Equal(hashes[1], PreparedData.Hash(table with { Values = [1, 2, 3, 4] }, engine, outcome with { Values = [1, 2] }));
    }

    private sealed record NamedEngine(string Name, string Version) : IBottomEngine
    {
        public IBottomModel Create(BottomModelPlan plan) => throw new NotSupportedException();
    }

    internal static byte[] Encode(Checkpoint checkpoint)
    {
        var writer = new MessagePackWriter();
        checkpoint.Encode(writer);
        return writer.Written.ToArray();
    }

    private static Checkpoint Sample() => new()
    {
        Mark = new CheckpointMark(7, new byte[32]),
        Origin = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(),
        Over = true,
        Kept = true,
        Saturated = 300,
        Shortened = 1L << 40,
        BytesSent = 1L << 41,
        MessagesSent = 12,
        Seconds = 3.25,
        History = new EpochHistory(double.NaN, double.PositiveInfinity, -1, [new EpochLoss(0.1, null), new EpochLoss(-0.0, double.NegativeInfinity), new EpochLoss(0.3, 0.4, 0.8)]),
        Models = [[1, 2, 3], new byte[1000]],
    };
}
