using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Messages;
using VerticalFL.Transport;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Relay;
using VerticalFL.Transport.Security;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>
/// Measures channels beside the bare SslStream, in short turns, so that a busy moment of the machine meets all of them. Both ends live in this
/// process and talk over loopback TCP; the relay is a process of its own.
/// </summary>
internal sealed class ChannelBenchmark
{
    private const int Large = 1024 * 1024;
    private const int Small = 64 * 1024;
    private const int MostSlices = 8;

    // What is measured, in this order.
    private const int Bare = 0;
    private const int Plain = 1;
    private const int Tls = 2;
    private const int Relayed = 3;
    private const int Kinds = 4;

    private static readonly PartyId A = new("here");
    private static readonly PartyId B = new("there");

    private readonly ChannelBenchmarkOptions _options;
    private readonly (PartyCredentials A, PartyCredentials B) _credentials;
    private readonly (PartyConnector A, PartyConnector B) _relayed;
    private int _attempt;

    private ChannelBenchmark(ChannelBenchmarkOptions options, (PartyCredentials A, PartyCredentials B) credentials, (PartyConnector A, PartyConnector B) relayed)
    {
        _options = options;
        _credentials = credentials;
        _relayed = relayed;
    }

    public static async Task<ChannelBenchmarkResult> RunAsync(ChannelBenchmarkOptions options, CancellationToken cancellationToken)
    {
        using var keys = new ThrowawayKeys(A, B, PartyId.Coordinator);
        using PartyCredentials a = keys.Load(A), b = keys.Load(B);
        await using RelayProcess relay = await RelayProcess.StartAsync(keys.DirectoryOf(PartyId.Coordinator), cancellationToken);
        var address = new HostAddress("127.0.0.1", relay.Port);
        await using var linkA = new ControlLink(address, a, new ControlLinkOptions(), TimeProvider.System, NullLogger.Instance);
        await using var linkB = new ControlLink(address, b, new ControlLinkOptions(), TimeProvider.System, NullLogger.Instance);
        Task[] running = [linkA.RunAsync(Ignore, cancellationToken), linkB.RunAsync(Ignore, cancellationToken)];
        var benchmark = new ChannelBenchmark(options, (a, b), (
            new PartyConnector(linkA, a, TimeProvider.System, NullLogger.Instance), new PartyConnector(linkB, b, TimeProvider.System, NullLogger.Instance)));
        ChannelBenchmarkResult result = await benchmark.MeasureAsync(cancellationToken);
        result = result with { RelayPeakMiB = Math.Round(relay.PeakMiB, 1) };
        await linkA.DisposeAsync();
        await linkB.DisposeAsync();
        await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return result;
    }

    private static ValueTask Ignore(ReceivedMessage message, CancellationToken cancellationToken) => ValueTask.CompletedTask;

    private async Task<ChannelBenchmarkResult> MeasureAsync(CancellationToken cancellationToken)
    {
        // The round before the first is for the just-in-time compiler.
        await RoundAsync(Math.Min(32, _options.Megabytes), Math.Min(500, _options.Trips), cancellationToken);
        var rounds = new Measured[_options.Rounds][];
        for (int round = 0; round < rounds.Length; round++)
        {
            rounds[round] = await RoundAsync(_options.Megabytes, _options.Trips, cancellationToken);
        }

        double Median(int kind, Func<Measured, double> value, int digits) => Math.Round(Spread.Of(rounds.Select(r => value(r[kind]))).Median, digits);
        Spread relay = Spread.Of(rounds.Select(r => 100 * (1 - (r[Relayed].GbPerSecond / r[Tls].GbPerSecond)))).Rounded(1);
        return new ChannelBenchmarkResult
        {
            SslStreamGbPerSecond = Median(Bare, m => m.GbPerSecond, 3),
            GbPerSecondPlain = Median(Plain, m => m.GbPerSecond, 3),
            GbPerSecondTls = Median(Tls, m => m.GbPerSecond, 3),
            GbPerSecondRelay = Median(Relayed, m => m.GbPerSecond, 3),
            SslStreamRoundTripMicroseconds64KiB = Median(Bare, m => m.TripMicroseconds, 1),
            RoundTripMicroseconds64KiBPlain = Median(Plain, m => m.TripMicroseconds, 1),
            RoundTripMicroseconds64KiB = Median(Tls, m => m.TripMicroseconds, 1),
            RoundTripMicroseconds64KiBRelay = Median(Relayed, m => m.TripMicroseconds, 1),
            CpuSecondsPerGbTls = Median(Tls, m => m.CpuSecondsPerGb, 3),
            SslStreamCpuSecondsPerGb = Median(Bare, m => m.CpuSecondsPerGb, 3),
            RelayOverheadPercent = relay.Median,
            ThroughputRatio = Spread.Of(rounds.Select(r => r[Tls].GbPerSecond / r[Bare].GbPerSecond)).Rounded(3),
            RoundTripRatio = Spread.Of(rounds.Select(r => r[Tls].TripMicroseconds / r[Bare].TripMicroseconds)).Rounded(3),
            RelayOverhead = relay,
            RelayPeakMiB = 0,
        };
    }

    /// <summary>One measurement of each kind.</summary>
    private async Task<Measured[]> RoundAsync(int megabytes, int trips, CancellationToken cancellationToken)
    {
        var seconds = new double[Kinds];
        var cpuSeconds = new double[Kinds];
        await TakeTurnsAsync(
            Large,
            megabytes,
            async (pair, kind, messages) =>
            {
                TimeSpan before = Environment.CpuUsage.TotalTime;
                seconds[kind] += await pair.StreamAsync(messages, cancellationToken);
                cpuSeconds[kind] += (Environment.CpuUsage.TotalTime - before).TotalSeconds;
            },
            cancellationToken);
        List<double>[] bounces = [[], [], [], []];
        await TakeTurnsAsync(Small, trips, async (pair, kind, some) => bounces[kind].AddRange(await pair.BounceAsync(some, cancellationToken)), cancellationToken);
        double gigabytes = (double)megabytes * Large / 1e9;
        return [.. bounces.Select((b, kind) => new Measured(gigabytes / seconds[kind], cpuSeconds[kind] / gigabytes, Spread.Of(b).Median * 1e6))];
    }

    /// <summary>Measures in slices, one kind after the other, so that a neighbour's busy moment meets all of them alike.</summary>
    private async Task TakeTurnsAsync(int size, int messages, Func<MeasuredPair, int, int, Task> measure, CancellationToken cancellationToken)
    {
        await using MeasuredPair bare = await BareAsync(size, cancellationToken);
        await using MeasuredPair plain = await PlainAsync(size, cancellationToken);
        await using MeasuredPair tls = await TlsAsync(size, cancellationToken);
        await using MeasuredPair relayed = await RelayAsync(size, cancellationToken);
        MeasuredPair[] pairs = [bare, plain, tls, relayed];
        int slices = Math.Min(MostSlices, messages);
        for (int slice = 0, done = 0; slice < slices; slice++)
        {
            int some = ((slice + 1) * messages / slices) - done;
            for (int kind = 0; kind < Kinds; kind++)
            {
                await measure(pairs[kind], kind, some);
            }

            done += some;
        }
    }

    private async Task<MeasuredPair> BareAsync(int size, CancellationToken cancellationToken)
    {
        (Socket a, Socket b) = await ConnectAsync(cancellationToken);
        (Stream here, Stream there) = await SecureAsync(new NetworkStream(a, ownsSocket: true), new NetworkStream(b, ownsSocket: true), cancellationToken);
        return new MeasuredPair(new StreamEnd(here, size), new StreamEnd(there, size));
    }

    private async Task<MeasuredPair> PlainAsync(int size, CancellationToken cancellationToken)
    {
        (Socket a, Socket b) = await ConnectAsync(cancellationToken);
        return await OpenAsync(TcpLink.Over(a), TcpLink.Over(b), size, cancellationToken);
    }

    private async Task<MeasuredPair> TlsAsync(int size, CancellationToken cancellationToken)
    {
        (Socket a, Socket b) = await ConnectAsync(cancellationToken);
        (Stream here, Stream there) = await SecureAsync(TcpLink.Over(a), TcpLink.Over(b), cancellationToken);
        return await OpenAsync(here, there, size, cancellationToken);
    }

    private async Task<MeasuredPair> RelayAsync(int size, CancellationToken cancellationToken)
    {
        ChannelBinding binding = NextBinding();
        Channel[] ends = await Task.WhenAll(
            _relayed.A.OpenAsync(B, binding, new ChannelOptions(), cancellationToken), _relayed.B.OpenAsync(A, binding, new ChannelOptions(), cancellationToken));
        return new MeasuredPair(new ChannelEnd(ends[0], size), new ChannelEnd(ends[1], size));
    }

    private async Task<MeasuredPair> OpenAsync(Stream here, Stream there, int size, CancellationToken cancellationToken)
    {
        ChannelBinding binding = NextBinding();
        Channel[] ends = await Task.WhenAll(
            Channel.OpenOverAsync(A, B, binding, here, new ChannelOptions(), cancellationToken),
            Channel.OpenOverAsync(B, A, binding, there, new ChannelOptions(), cancellationToken));
        return new MeasuredPair(new ChannelEnd(ends[0], size), new ChannelEnd(ends[1], size));
    }

    private ChannelBinding NextBinding() => new(default, default, ++_attempt, "bench");

    private async Task<(Stream Here, Stream There)> SecureAsync(Stream here, Stream there, CancellationToken cancellationToken)
    {
        MutualTls[] tls = await Task.WhenAll(
            MutualTls.AuthenticateAsync(here, _credentials.A, B, asServer: true, TimeProvider.System, cancellationToken),
            MutualTls.AuthenticateAsync(there, _credentials.B, A, asServer: false, TimeProvider.System, cancellationToken));
        return tls.All(t => t.Problem is null) ? (tls[0].Stream, tls[1].Stream) : throw new IOException($"TLS refused its own certificates: {tls[0].Problem ?? tls[1].Problem}.");
    }

    private static async Task<(Socket A, Socket B)> ConnectAsync(CancellationToken cancellationToken)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Task<Socket> accepted = listener.AcceptAsync(cancellationToken).AsTask();
        await client.ConnectAsync(listener.LocalEndPoint!, cancellationToken);
        Socket server = await accepted;
        server.NoDelay = true;
        return (client, server);
    }

    private sealed record Measured(double GbPerSecond, double CpuSecondsPerGb, double TripMicroseconds);
}
