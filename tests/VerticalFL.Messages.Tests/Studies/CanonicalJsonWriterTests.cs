using System.Globalization;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Messages.Tests.Studies;

public sealed class CanonicalJsonWriterTests
{
    [Theory]
    [InlineData(0d, "0")]
    [InlineData(0.1, "0.1")]
    [InlineData(1d, "1")]
    [InlineData(1e-5, "0.00001")]
    [InlineData(1.25e-7, "0.000000125")]
    [InlineData(1e21, "1000000000000000000000")]
    [InlineData(1.5e16, "15000000000000000")]
    [InlineData(-2.5e-9, "-0.0000000025")]
    public void Number_has_the_fewest_digits_and_no_exponent(double value, string expected) =>
        Assert.Equal(expected, CanonicalJsonWriter.Number(value));

    [Fact]
    public void Number_zero_has_no_sign() => Assert.Equal("0", CanonicalJsonWriter.Number(double.NegativeZero));

    [Fact]
    public void Number_reads_back_as_itself()
    {
        var random = new Random(3);
        for (int i = 0; i < 20_000; i++)
        {
            double value = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(value))
            {
                string text = CanonicalJsonWriter.Number(value);

                Assert.Equal(value, double.Parse(text, CultureInfo.InvariantCulture));
                Assert.DoesNotContain('E', text);
            }
        }
    }
}
