using System.Text.Json.Serialization;

namespace VerticalFL.Agent.Reports;

/// <summary>The losses of one epoch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Train">The loss on the training rows.</param>
/// <param name="Validation">The loss on the validation rows; null without any.</param>
/// <param name="ValidationMetric">The task's main metric on the validation rows; null without any, with fewer than ten, or where it cannot be computed.</param>
public sealed record LossPoint(int Epoch, double Train, double? Validation, double? ValidationMetric = null)
{
    /// <summary>While several models are trained: which of the run's models this is of, from 0. It tells their curves apart.</summary>
    [JsonIgnore]
    public int Model { get; init; }
}
