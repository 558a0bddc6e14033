namespace VerticalFL.Agent.Reports;

/// <summary>One of several models of a study, as it was compared: on validation rows only.</summary>
public sealed record TriedModelReport
{
    /// <summary>The preset that it comes from.</summary>
    public required string Preset { get; init; }

    /// <summary>The width of its cut.</summary>
    public required int Cut { get; init; }

    /// <summary>Whether it is the run's result, which alone met the test rows.</summary>
    public required bool Chosen { get; init; }

    /// <summary>Epochs that were trained.</summary>
    public required int Epochs { get; init; }

    /// <summary>The epoch, from 1, whose weights were kept.</summary>
    public required int BestEpoch { get; init; }

    /// <summary>How long it took.</summary>
    public required double Seconds { get; init; }

    /// <summary>Bytes that all parties sent for it, before TLS.</summary>
    public required long BytesSent { get; init; }

    /// <summary>The loss on the validation rows, by which the models were compared.</summary>
    public required double ValidationLoss { get; init; }

    /// <summary>The figures on the validation rows.</summary>
    public required MetricValues Validation { get; init; }
}
