using VerticalFL.Agent.Reports;

namespace VerticalFL.Agent.Predictions;

/// <summary>What a prediction would be, told before it is asked for.</summary>
/// <param name="Study">The study of the model.</param>
/// <param name="Model">The model's SHA-256.</param>
/// <param name="Dataset">The dataset with the new patients.</param>
/// <param name="Parties">Who takes part, the label party first.</param>
/// <param name="Without">Feature parties that do not.</param>
/// <param name="Accuracy">How good the model is with these parties, on the test rows of the run that trained it; absent where that was not measured.</param>
public sealed record PredictionForecast(
    string Study, string Model, string Dataset, IReadOnlyList<string> Parties, IReadOnlyList<string> Without, MeasuredAccuracy? Accuracy);

/// <summary>A model's main metric with some parties absent.</summary>
/// <param name="Metric">The metric's name for a reader.</param>
/// <param name="Value">With the parties that take part; absent where it cannot be computed.</param>
/// <param name="Interval">Its 95 % interval; absent without.</param>
/// <param name="WithAll">With all parties.</param>
public sealed record MeasuredAccuracy(string Metric, double? Value, IntervalReport? Interval, double? WithAll);
