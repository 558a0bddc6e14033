using System.Numerics;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>
/// Whether 32-bit words look independent and uniform. Each test rejects uniform words with probability at most 2 e^-28, about 10^-12; a judgement
/// makes a few hundred of them, so that a correct run fails with probability below 10^-9.
/// </summary>
internal static class Uniformity
{
    private const double X = 28;

    /// <summary>Everything that is wrong with the words; nothing when they pass.</summary>
    /// <param name="words">At least 1280, so that each of 256 bytes is expected five times.</param>
    /// <param name="width">The words that make one row: positions in a row are judged one by one.</param>
    public static IEnumerable<string> Judge(uint[] words, int width)
    {
        if (words.Length < 1280)
        {
            yield return $"{words.Length} words are too few to judge";
            yield break;
        }

        for (int position = 0; position < sizeof(uint); position++)
        {
            double statistic = ChiSquare(words, position);
            if (statistic < LowerChiSquare || statistic > UpperChiSquare)
            {
                yield return $"byte {position} of the words has chi-square {statistic:0} with 255 degrees of freedom";
            }
        }

        foreach (string problem in JudgeBits(words, "bit"))
        {
            yield return problem;
        }

        for (int column = 0; column < width; column++)
        {
            uint[] some = [.. Enumerable.Range(0, words.Length / width).Select(r => words[(r * width) + column])];
            foreach (string problem in JudgeBits(some, $"position {column}, bit"))
            {
                yield return problem;
            }
        }

        // The exclusive or of neighbours of fair independent bits is a row of fair independent bits again.
        foreach (int lag in new[] { 1, width })
        {
            foreach (string problem in JudgeBits([.. Enumerable.Range(lag, words.Length - lag).Select(i => words[i] ^ words[i - lag])], $"correlation at lag {lag}, bit"))
            {
                yield return problem;
            }
        }
    }

    // Hoeffding: the number of ones among n fair bits is off n/2 by sqrt(n x / 2) with probability at most 2 e^-x.
    private static IEnumerable<string> JudgeBits(uint[] words, string what)
    {
        double allowed = Math.Sqrt(words.Length * X / 2);
        for (int bit = 0; bit < 32; bit++)
        {
            int ones = words.Sum(w => (int)(w >> bit & 1));
            if (Math.Abs(ones - (words.Length / 2.0)) > allowed)
            {
                yield return $"{what} {bit} is set in {ones} of {words.Length} words";
            }
        }
    }

    // Laurent and Massart 2000, lemma 1: a chi-square of k degrees exceeds k + 2 sqrt(k x) + 2x, or is below k - 2 sqrt(k x), with
    // probability at most e^-x.
    private const double Degrees = 255;
    private static readonly double UpperChiSquare = Degrees + (2 * Math.Sqrt(Degrees * X)) + (2 * X);
    private static readonly double LowerChiSquare = Degrees - (2 * Math.Sqrt(Degrees * X));

    private static double ChiSquare(uint[] words, int position)
    {
        var counts = new int[256];
        foreach (uint word in words)
        {
            counts[BitOperations.RotateRight(word, 8 * position) & 0xFF]++;
        }

        double expected = words.Length / 256.0;
        return counts.Sum(c => (c - expected) * (c - expected) / expected);
    }
}
