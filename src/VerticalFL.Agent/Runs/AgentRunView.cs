using VerticalFL.Agent.Reports;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>A run as its own party sees it.</summary>
/// <param name="Run">The run.</param>
/// <param name="Study">The study's id.</param>
/// <param name="Attempt">The newest attempt that was begun here; 0 for none.</param>
/// <param name="Station">Where it is.</param>
/// <param name="Percent">How much of the station is done.</param>
/// <param name="Pass">By which of the study's keys patients are being matched, such as <c>pass 2 of 3, by name</c>; absent at other stations and with one key.</param>
/// <param name="Over">Why the newest attempt is over while the run waits for the next one; absent otherwise.</param>
/// <param name="Outcome">How it ended; absent while it runs.</param>
/// <param name="Error">Why it did not finish, in one sentence; absent otherwise.</param>
/// <param name="HasReport">Whether a report lies here: only at the label party.</param>
/// <param name="Losses">The losses of the epochs so far, of very many some hundred: only at the label party, and until its agent is started anew.</param>
/// <param name="Metric">Which metric stands beside the losses, by its name in report.json, such as <c>auc</c>; absent where none does.</param>
/// <param name="Model">Which of several models is trained, such as <c>2 of 3: linear</c>: only at the label party, likewise; <see cref="Study.Refit"/> in a second training; absent when the study has one.</param>
/// <param name="Fold">Which fold of a cross-validation is left out of the training, such as <c>2 of 5</c>: likewise; absent while the study's own model is trained.</param>
/// <param name="Forecast">What the training was expected to take after its first steps; likewise.</param>
/// <param name="Measured">What it took then; likewise, absent until it is over.</param>
public sealed record AgentRunView(
    string Run, string Study, int Attempt, Station Station, int Percent, string? Pass, AttemptCause? Over, RunOutcome? Outcome, string? Error, bool HasReport, IReadOnlyList<LossPoint> Losses, string? Metric, string? Model, string? Fold, ForecastReport? Forecast, MeasuredTraining? Measured);
