namespace VerticalFL.Agent.Predictions;

/// <summary>What the label party's operator asks its own agent for.</summary>
/// <param name="Model">The model's SHA-256, its run's or its study's id, or the first 8 or more characters.</param>
/// <param name="Dataset">The dataset with the new patients; every party's configuration has one of this name.</param>
/// <param name="Purpose">What for. Default: the study's purpose.</param>
/// <param name="MinimumPatients">The smallest cohort. Default: what this party's own policy asks for.</param>
/// <param name="Without">Feature parties that are away; the study must let them be. Default: none.</param>
public sealed record PredictionAsk(string Model, string Dataset, string? Purpose = null, int? MinimumPatients = null, IReadOnlyList<string>? Without = null);
