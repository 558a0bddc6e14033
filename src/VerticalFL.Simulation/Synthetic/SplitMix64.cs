namespace VerticalFL.Simulation.Synthetic;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"): 64 bits of state, the same on every platform and
/// every version of .NET. For made-up patients only; nothing secret may come from it.
/// </summary>
internal struct SplitMix64(ulong state)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    private ulong _state = state;

    /// <summary>A generator of its own for each tuple of numbers.</summary>
    public static SplitMix64 For(params ReadOnlySpan<long> key)
    {
        ulong state = 0;
        foreach (long part in key)
        {
            state = Mix(state + GoldenGamma + (ulong)part);
        }

        return new SplitMix64(state);
    }

    /// <summary>Uniform in [0, 1), in steps of 2^-53.</summary>
    public double NextUniform() => (Next() >> 11) * (1.0 / (1L << 53));

    /// <summary>Uniform in [0, limit); the bias is below limit / 2^64.</summary>
    public int NextBelow(int limit) => (int)Math.BigMul(Next(), (ulong)limit, out _);

    /// <summary>
    /// Mean 0, variance 1, nearly normal: twelve uniforms minus 6 (Irwin-Hall). Additions round alike everywhere, library logarithms need not.
    /// </summary>
    public double NextNormal()
    {
        double sum = -6;
        for (int i = 0; i < 12; i++)
        {
            sum += NextUniform();
        }

        return sum;
    }

    /// <summary>Shuffles (Fisher and Yates).</summary>
    public void Shuffle(Span<int> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = NextBelow(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }

    /// <summary>64 uniform bits.</summary>
    public ulong Next() => Mix(_state += GoldenGamma);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
