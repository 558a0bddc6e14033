using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Tests.Engines.Kernels;

internal static class Widths
{
    public static readonly VectorWidth[] All = [VectorWidth.Scalar, VectorWidth.Bits128, VectorWidth.Bits256, VectorWidth.Bits512];

    /// <summary>Seeded numbers in [-scale, scale).</summary>
    public static float[] Numbers(int seed, int count, float scale = 1)
    {
        var random = new Random(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++)
        {
            values[i] = ((random.NextSingle() * 2) - 1) * scale;
        }

        return values;
    }
}
