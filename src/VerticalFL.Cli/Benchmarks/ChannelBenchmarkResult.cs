namespace VerticalFL.Cli.Benchmarks;

/// <summary>What <c>vfl bench channel</c> prints. Medians of measurements taken in turns; 1 GB is 10^9 bytes.</summary>
internal sealed record ChannelBenchmarkResult
{
    /// <summary>A channel over loopback TCP without TLS, 1 MiB messages.</summary>
    public required double GbPerSecondPlain { get; init; }

    /// <summary>A channel as two parties use it directly: TLS over loopback TCP, 1 MiB messages.</summary>
    public required double GbPerSecondTls { get; init; }

    /// <summary>The same through a relay in a process of its own.</summary>
    public required double GbPerSecondRelay { get; init; }

    /// <summary>.NET's SslStream over loopback TCP and nothing else, 1 MiB writes.</summary>
    public required double SslStreamGbPerSecond { get; init; }

    /// <summary>64 KiB there and back over a channel without TLS.</summary>
    public required double RoundTripMicroseconds64KiBPlain { get; init; }

    /// <summary>64 KiB there and back over a channel with TLS.</summary>
    public required double RoundTripMicroseconds64KiB { get; init; }

    /// <summary>The same through the relay.</summary>
    public required double RoundTripMicroseconds64KiBRelay { get; init; }

    /// <summary>64 KiB there and back over the bare SslStream.</summary>
    public required double SslStreamRoundTripMicroseconds64KiB { get; init; }

    /// <summary>Processor time of both ends together for one GB over TLS; unlike throughput, hardly changed by what else the machine does.</summary>
    public required double CpuSecondsPerGbTls { get; init; }

    /// <summary>The same for the bare SslStream.</summary>
    public required double SslStreamCpuSecondsPerGb { get; init; }

    /// <summary>How much of the direct TLS throughput the relay takes away.</summary>
    public required double RelayOverheadPercent { get; init; }

    /// <summary>Throughput of TLS as a part of the bare SslStream's, round by round.</summary>
    public required Spread ThroughputRatio { get; init; }

    /// <summary>Round trip with TLS as a multiple of the bare SslStream's, round by round.</summary>
    public required Spread RoundTripRatio { get; init; }

    /// <summary>How much of the direct TLS throughput the relay takes away in percent, round by round.</summary>
    public required Spread RelayOverhead { get; init; }

    /// <summary>The relay process's largest resident set, in MiB.</summary>
    public required double RelayPeakMiB { get; init; }
}
