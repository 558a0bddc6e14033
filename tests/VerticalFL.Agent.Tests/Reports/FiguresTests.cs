using VerticalFL.Agent.Reports.Page;
using Xunit;

namespace VerticalFL.Agent.Tests.Reports;

public sealed class FiguresTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(90_800, "90.8 kB")]
    [InlineData(310_067, "310 kB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(9_996_000, "10.0 MB")]
    [InlineData(18_874_368, "18.9 MB")]
    [InlineData(2_500_000_000, "2.50 GB")]
    [InlineData(1_234_000_000_000, "1,234 GB")]
    public void Bytes_are_decimal_and_have_three_digits(long bytes, string text) => Assert.Equal(text, Figures.Bytes(bytes));

    [Theory]
    [InlineData(0.88649, "0.886")]
    [InlineData(-22.2061, "\u221222.21")]
    [InlineData(1234.56, "1,234.6")]
    public void Metric_has_no_more_digits_than_it_needs(double value, string text) => Assert.Equal(text, Figures.Metric(value));

    [Theory]
    [InlineData(149_400_000, "142 MiB")]
    [InlineData(3L << 30, "3.00 GiB")]
    public void Memory_is_binary(long bytes, string text) => Assert.Equal(text, Figures.Memory(bytes));
}
