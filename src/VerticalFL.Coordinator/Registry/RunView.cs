using VerticalFL.Messages.Control;

namespace VerticalFL.Coordinator.Registry;

/// <summary>One party's line in <see cref="RunView"/>.</summary>
/// <param name="Party">The party.</param>
/// <param name="Connected">Whether its agent is connected.</param>
/// <param name="Station">Where it is.</param>
/// <param name="Percent">How much of the station is done.</param>
/// <param name="ValidationLoss">Released only by the study.</param>
/// <param name="RowsPerSecond">Released only by the study.</param>
/// <param name="Outcome">How it ended; absent while it runs.</param>
/// <param name="Curve">The validation losses so far, by epoch; empty where the study does not release them.</param>
/// <param name="Pass">By which of the study's keys patients are being matched, such as <c>pass 2 of 3, by name</c>; absent at other stations and with one key.</param>
public sealed record PartyView(
    string Party, bool Connected, Station Station, int Percent, double? ValidationLoss, double? RowsPerSecond, RunOutcome? Outcome, IReadOnlyList<CurvePoint> Curve, string? Pass = null)
{
    /// <summary>The main metric on validation rows, where whoever watches is the label party too, as in a simulation; the coordinator is never told, and has none.</summary>
    public MetricCurve? Metric { get; init; }
}

/// <summary>A run as the console shows it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Study">The study's id.</param>
/// <param name="Name">The study's name.</param>
/// <param name="Attempt">The attempt.</param>
/// <param name="ElapsedSeconds">Seconds since the start, as time passes and not as the machine's clock shows; it stands still once every party has ended.</param>
/// <param name="RelayedBytes">Ciphertext bytes that the relay has carried for this run.</param>
/// <param name="Parties">Every party of the study.</param>
/// <param name="Ended">Whether every party has ended.</param>
/// <param name="FailedFirst">The party whose failure ended the run; absent when none did.</param>
/// <param name="Paused">Whether an operator holds the run between two attempts.</param>
/// <param name="Waiting">What the next attempt waits for, in one clause; absent while an attempt is under way.</param>
/// <param name="LastOver">Which attempt was over last and why, in one clause; absent while none was.</param>
/// <param name="Prediction">Whether it predicts for new patients instead of training.</param>
/// <param name="Links">The links that are missing, as each party tells it; empty while every link stands.</param>
/// <param name="Outages">The newest links that were missing and are so no longer, of all attempts; oldest first.</param>
public sealed record RunView(
    string Run,
    string Study,
    string Name,
    int Attempt,
    double ElapsedSeconds,
    long RelayedBytes,
    IReadOnlyList<PartyView> Parties,
    bool Ended,
    string? FailedFirst,
    bool Paused,
    string? Waiting,
    string? LastOver,
    bool Prediction,
    IReadOnlyList<LinkView> Links,
    IReadOnlyList<LinkOutageView> Outages)
{
    /// <summary>Which of several models is trained, such as <c>2 of 3: linear</c>; absent when the study has one, and while none is trained.</summary>
    public string? Model { get; init; }

    /// <summary>Which fold's model is trained, such as <c>2 of 5</c>; absent without a cross-validation, and while none is trained.</summary>
    public string? Fold { get; init; }

    /// <summary>What the newest training is expected to take, and took; absent until it is known, and where the study does not release it.</summary>
    public RunForecast? Forecast { get; init; }
}
