using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using Xunit;

namespace VerticalFL.Governance.Tests.Policies;

/// <summary>Letters are feature parties; sums are written as the letters in them.</summary>
public sealed class DifferencingTests
{
    [Theory]
    [InlineData("ab", "ab", "a", 2)]
    [InlineData("ab", "ab -", "a", 2)]
    [InlineData("ab", "ab a", "b", 1)]
    [InlineData("ab", "ab b a -", "a", 1)]
    [InlineData("a", "a", "a", 1)]
    [InlineData("abc", "abc ab", "c", 1)]
    [InlineData("abc", "abc ab", "a", 2)]
    [InlineData("abc", "abc a", "b", 2)]
    [InlineData("abc", "ab bc ac", "a", 1)]
    [InlineData("abcd", "abcd ab", "a", 2)]
    [InlineData("abcd", "abcd ab cd -", "d", 2)]
    [InlineData("abcd", "ab bc cd", "a", 2)]
    [InlineData("abcd", "ab bc cd ad", "a", 2)]
    [InlineData("abcd", "ab bc cd abcd bd", "c", 1)]
    [InlineData("abcdef", "abc cde efa bdf", "a", 2)]
    [InlineData("abcdef", "abcd cdef", "a", 4)]
    [InlineData("abcdefgh", "abcdefgh", "h", 8)]
    [InlineData("abcdefgh", "abcdefgh abcd abef", "g", 4)]
    public void A_party_is_hidden_in_the_smallest_sum_that_can_be_calculated(string parties, string sums, string party, int fewest) =>
        Assert.Equal(fewest, Differencing.FewestTogether(Ids(parties), sums.Split(' ').Select(Ids), new PartyId(party)));

    [Fact]
    public void Nothing_smaller_follows_than_brute_force_over_small_factors_finds()
    {
        var random = new Random(5);
        for (int round = 0; round < 200; round++)
        {
            string parties = "abcd"[..random.Next(1, 5)];
            PartyId[][] sums = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => Ids(new string([.. parties.Where(_ => random.Next(2) == 0)])))];
            foreach (PartyId party in Ids(parties))
            {
                Assert.Equal(BruteForce(Ids(parties), sums, party), Differencing.FewestTogether(Ids(parties), sums, party));
            }
        }
    }

    // Factors -3 to 3 are enough: minors of 0/1 matrices of order 4 are at most 3.
    private static int BruteForce(PartyId[] parties, PartyId[][] sums, PartyId party)
    {
        int fewest = parties.Length;
        for (int code = 0; code < (int)Math.Pow(7, sums.Length); code++)
        {
            var of = new int[parties.Length];
            for (int s = 0, rest = code; s < sums.Length; s++, rest /= 7)
            {
                for (int p = 0; p < parties.Length; p++)
                {
                    of[p] += sums[s].Contains(parties[p]) ? (rest % 7) - 3 : 0;
                }
            }

            if (of[Array.IndexOf(parties, party)] != 0)
            {
                fewest = Math.Min(fewest, of.Count(x => x != 0));
            }
        }

        return fewest;
    }

    private static PartyId[] Ids(string letters) => [.. letters.Where(char.IsLetter).Select(c => new PartyId(c.ToString()))];
}
