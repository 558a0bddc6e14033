namespace VerticalFL.Testing.Faults;

/// <summary>What can go wrong on a TCP connection, or at somebody who sits on it.</summary>
public enum FaultKind
{
    /// <summary>Both connections are reset.</summary>
    Cut,

    /// <summary>The receiver sees an orderly end.</summary>
    Truncate,

    /// <summary>One bit comes out differently.</summary>
    FlipBit,

    /// <summary>A hundred bytes come twice.</summary>
    Duplicate,

    /// <summary>A hundred bytes never come.</summary>
    Drop,

    /// <summary>Nothing moves for a while.</summary>
    Delay,

    /// <summary>From here on 16 KiB at a time, with a pause after each.</summary>
    Throttle,

    /// <summary>The next 2,000 bytes come one at a time.</summary>
    Trickle,

    /// <summary>From here on the line takes everything in both directions and delivers nothing, not even an end.</summary>
    Swallow,
}

/// <summary>One fault: its kind, behind how many bytes, and in which direction.</summary>
/// <param name="Kind">What goes wrong.</param>
/// <param name="At">Behind how many bytes.</param>
/// <param name="FromClient">In which direction.</param>
public sealed record Fault(FaultKind Kind, long At, bool FromClient);
