using VerticalFL.Training.Privacy;
using Xunit;

namespace VerticalFL.Training.Tests.Privacy;

public sealed class PrivacyForecastTests
{
    [Theory]
    [InlineData(0.01, 0.797)]
    [InlineData(0.411, 0.773)]
    [InlineData(0.63, 0.7416)]
    [InlineData(0.966, 0.710)]
    [InlineData(1000, 0.71)]
    public void Forecast_is_what_was_measured_and_a_line_between(double noise, double auc) => Assert.Equal(auc, PrivacyForecast.Auc(noise), 1e-3);

    [Fact]
    public void No_noise_is_no_noise_to_forecast() => Assert.Throws<ArgumentOutOfRangeException>(() => PrivacyForecast.Auc(0));
}
