using VerticalFL.Agent.Reports.Page;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Reports;

/// <summary>What the training was expected to take, told after its first steps; see <see cref="Training.Split.TrainingForecast"/>.</summary>
public sealed record ForecastReport
{
    /// <summary>Steps by which the time was taken.</summary>
    public required int TimedSteps { get; init; }

    /// <summary>The most epochs there could be; early stopping makes them fewer.</summary>
    public required int Epochs { get; init; }

    /// <summary>Seconds of an epoch with its validation.</summary>
    public required double SecondsPerEpoch { get; init; }

    /// <summary>Seconds of the most epochs and the evaluation.</summary>
    public required double Seconds { get; init; }

    /// <summary>Seconds of as many epochs as there came to be; null while that is not known.</summary>
    public double? SecondsOfEpochs { get; init; }

    /// <summary>Bytes that all parties send in an epoch, before TLS.</summary>
    public required long BytesPerEpoch { get; init; }

    /// <summary>Bytes that all parties send for the most epochs.</summary>
    public required long Bytes { get; init; }

    /// <summary>The most memory of the label party's process.</summary>
    public required long MemoryBytes { get; init; }

    /// <summary>How many folds are trained behind it, each on all rows but its own; null without any. Seconds and bytes above are the study's model's.</summary>
    public int? Folds { get; init; }

    /// <summary>Which of several models it is of, or the second training (<see cref="Study.PlaceOfModel"/>); null when there is one only.</summary>
    public string? Model { get; init; }

    /// <summary>By how many times the rows of a second training, which may follow, exceed the first's; null when none follows.</summary>
    public double? SecondTraining { get; init; }

    /// <summary>The forecast in one clause.</summary>
    public string InWords() =>
        (Model is not { } which ? "" : which == Study.Refit ? "second training: " : $"model {which}: ")
        + FormattableString.Invariant($"{SecondsPerEpoch:0.000} s and {Figures.Bytes(BytesPerEpoch)} an epoch, ")
        + $"{Figures.Duration(Seconds)} and {Figures.Bytes(Bytes)} for all {Epochs} if it does not stop "
        + $"early, {Figures.Memory(MemoryBytes)} of memory at the label party (after {TimedSteps} timed steps)"
        + (Folds is { } folds ? WithFolds(folds) : SecondTraining is { } rows ? WithSecond(rows) : "");

    // One training on all rows and k on (k - 1) / k of them are k trainings' worth.
    private string WithFolds(int folds) => $"; with the {folds} folds about {Figures.Duration(folds * Seconds)} and {Figures.Bytes(folds * Bytes)}";

    private string WithSecond(double rows) =>
        $"; with its second training{(Model is null ? "" : ", if it is chosen,")} at most about {Figures.Duration((1 + rows) * Seconds)} and {Figures.Bytes((long)((1 + rows) * Bytes))}";
}
