using VerticalFL.Messages;
using VerticalFL.Messages.Control;

namespace VerticalFL.Simulation;

/// <summary>A run ended without a model. The message is the failing party's own sentence.</summary>
public sealed class RunFailedException : Exception
{
    /// <summary>Names the party, the kind of end and its reason.</summary>
    public RunFailedException(PartyId party, RunOutcome outcome, string message)
        : base(message)
    {
        Party = party;
        Outcome = outcome;
    }

    /// <summary>Makes the exception.</summary>
    public RunFailedException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public RunFailedException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public RunFailedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The party that ended first.</summary>
    public PartyId Party { get; }

    /// <summary>How it ended.</summary>
    public RunOutcome Outcome { get; }
}
