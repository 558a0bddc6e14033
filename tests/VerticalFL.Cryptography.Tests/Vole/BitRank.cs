using VerticalFL.Cryptography.Fields;

namespace VerticalFL.Cryptography.Tests.Vole;

/// <summary>How many dimensions blocks span as vectors of 128 bits.</summary>
internal static class BitRank
{
    public static int Of(ReadOnlySpan<Gf128> vectors)
    {
        var basis = new Gf128[128];
        int rank = 0;
        foreach (Gf128 vector in vectors)
        {
            Gf128 rest = vector;
            for (int i = 127; i >= 0 && !rest.IsZero; i--)
            {
                if (rest.Bit(i) == 1 && basis[i].IsZero)
                {
                    basis[i] = rest;
                    rank++;
                    break;
                }

                rest ^= basis[i] & Gf128.Mask(rest.Bit(i));
            }
        }

        return rank;
    }
}
