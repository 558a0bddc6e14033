namespace VerticalFL.Transport.Tests.Faults;

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
}

/// <summary>One fault: its kind, behind how many bytes, and in which direction.</summary>
internal sealed record Fault(FaultKind Kind, long At, bool FromClient);
