using VerticalFL.Messages.Control;

namespace VerticalFL.Agent.Predictions;

/// <summary>A prediction as the label party sees it.</summary>
/// <param name="Prediction">Its own run id.</param>
/// <param name="Study">The study of the model.</param>
/// <param name="Model">The model's SHA-256.</param>
/// <param name="Dataset">The dataset with the new patients.</param>
/// <param name="Attempt">The newest attempt that was begun here; 0 while the coordinator has not ordered one.</param>
/// <param name="Station">Where it is.</param>
/// <param name="Percent">How much of the station is done.</param>
/// <param name="Outcome">How it ended; absent while it goes on.</param>
/// <param name="Error">Why it did not finish, in one sentence; absent otherwise.</param>
/// <param name="HasTable">Whether its predictions lie here.</param>
/// <param name="Cause">Of one that was cancelled here because it ended elsewhere: how it ended there; absent otherwise.</param>
/// <param name="Without">Feature parties that take no part.</param>
public sealed record PredictionView(
    string Prediction, string Study, string Model, string Dataset, int Attempt, Station Station, int Percent, RunOutcome? Outcome, string? Error, bool HasTable,
    RunOutcome? Cause, IReadOnlyList<string> Without);
