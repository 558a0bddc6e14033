using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Tests.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Engines;

/// <summary>What an engine must do besides whose bottom models take a batch in parts.</summary>
public abstract class PartwiseBottomModelContract : BottomModelContract
{
    private static readonly int[] Rows = [.. Enumerable.Range(0, 61).Select(i => i * 11 % TableRows)];

    [Theory]
    [InlineData(8)]
    [InlineData(16)]
    [InlineData(24)]
    [InlineData(56)]
    [InlineData(64)]
    public void Parts_give_the_bits_of_the_whole(int size)
    {
        foreach (Activation activation in (Activation[])[Activation.Relu, Activation.Gelu, Activation.Tanh])
        {
            var settings = new BottomSettings { Layers = [12, 7], Dropout = 0.3, InputDropout = 0.1, LayerNorm = true, Activation = activation };
            using IBottomModel whole = Create(settings, new OptimizerSettings(), new byte[32]);
            using var parts = (IPartwiseBottomModel)Create(settings, new OptimizerSettings(), new byte[32]);
            float[] together = new float[Rows.Length * Cut];
            float[] apart = new float[Rows.Length * Cut];

            // The batches grow, and between them another forward uses the same memory.
            for (int step = 0; step < 4; step++)
            {
                int[] batch = Rows[..(Rows.Length - 3 + step)];
                int values = batch.Length * Cut;
                float[] gradient = Widths.Numbers(step, values);
                whole.Forward(batch, step, training: true, together.AsSpan(0, values));
                foreach (Range part in Parts(batch.Length, size))
                {
                    parts.ForwardPart(batch.AsSpan(part), step, new BatchPart(part.Start.Value, batch.Length), apart.AsSpan(0, values)[Values(part)]);
                }

                Assert.Equal(together, apart);
                whole.Backward(gradient);
                foreach (Range part in Parts(batch.Length, size))
                {
                    parts.Backward(gradient.AsSpan(Values(part)));
                }

                whole.Step();
                parts.Step();
                Assert.Equal(whole.HashWeights(), parts.HashWeights());
                Forward(parts, step, training: false);
            }
        }
    }

    [Fact]
    public void A_part_that_does_not_go_on_where_the_last_ended_is_refused_and_harms_nothing()
    {
        using var model = (IPartwiseBottomModel)Make(0);
        using IBottomModel calm = Make(0);
        int[] batch = Rows[..24];
        float[] cut = new float[24 * Cut];
        float[] gradient = Widths.Numbers(5, cut.Length);

        void Refused(int first, int count, int of, long step = 0) => Assert.ThrowsAny<ArgumentException>(
            () => model.ForwardPart(Rows.AsSpan(0, count), step, new BatchPart(first, of), new float[count * Cut]));

        Refused(8, 8, 24);
        model.ForwardPart(batch.AsSpan(..8), 0, new BatchPart(0, 24), cut.AsSpan(..(8 * Cut)));
        Refused(16, 8, 24);
        Refused(8, 8, 1 << 20);
        Refused(8, 8, 24, step: 1);
        Refused(8, 17, 24);
        Refused(-8, 8, 24);
        model.ForwardPart(batch.AsSpan(8..), 0, new BatchPart(8, 24), cut.AsSpan((8 * Cut)..));
        Refused(24, 8, 24);

        // Back as they went forward, each once.
        Assert.ThrowsAny<ArgumentException>(() => model.Backward(gradient.AsSpan(..(16 * Cut))));
        model.Backward(gradient.AsSpan(..(8 * Cut)));
        Assert.ThrowsAny<ArgumentException>(() => model.Backward(gradient.AsSpan(..(8 * Cut))));
        model.Backward(gradient.AsSpan((8 * Cut)..));
        Assert.Throws<InvalidOperationException>(() => model.Backward(gradient.AsSpan(..(8 * Cut))));
        model.Step();

        calm.Forward(batch, 0, training: true, cut);
        calm.Backward(gradient);
        calm.Step();
        Assert.Equal(calm.HashWeights(), model.HashWeights());
    }

    private static IEnumerable<Range> Parts(int rows, int size)
    {
        for (int first = 0; first < rows; first += size)
        {
            yield return first..Math.Min(rows, first + size);
        }
    }

    private static Range Values(Range rows) => (rows.Start.Value * Cut)..(rows.End.Value * Cut);
}
