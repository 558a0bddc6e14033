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
/// Measures channels beside the bare SslStream, in turns, so that a busy moment of the machine meets all of them. Both ends live in this
/// process and talk over loopback TCP; the relay is a process of its own.
/// </summary>
internal sealed class ChannelBenchmark
{
    private const int Large = 1024 * 1024;
    private const int Small = 64 * 1024;
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
        Func<int, CancellationToken, Task<MeasuredPair>>[] kinds = [BareAsync, PlainAsync, TlsAsync, RelayAsync];
        var throughput = new double[kinds.Length][];
        var trip = new double[kinds.Length][];
        var processor = new double[kinds.Length][];
        for (int kind = 0; kind < kinds.Length; kind++)
        {
            (throughput[kind], trip[kind], processor[kind]) = (new double[_options.Rounds], new double[_options.Rounds], new double[_options.Rounds]);
        }

        for (int round = -1; round < _options.Rounds; round++)
        {
            for (int kind = 0; kind < kinds.Length; kind++)
            {
                // The round before the first is for the just-in-time compiler.
                bool warm = round < 0;
                int messages = warm ? Math.Min(32, _options.Megabytes) : _options.Megabytes;
                await using MeasuredPair large = await kinds[kind](Large, cancellationToken);
                TimeSpan before = Environment.CpuUsage.TotalTime;
                double seconds = await large.StreamAsync(messages, cancellationToken);
                double cpuSeconds = (Environment.CpuUsage.TotalTime - before).TotalSeconds;
                await using MeasuredPair small = await kinds[kind](Small, cancellationToken);
                double bounce = await small.BounceAsync(warm ? Math.Min(500, _options.Trips) : _options.Trips, cancellationToken);
                if (!warm)
                {
                    throughput[kind][round] = (double)messages * Large / seconds / 1e9;
                    processor[kind][round] = cpuSeconds / ((double)messages * Large / 1e9);
                    trip[kind][round] = bounce * 1e6;
                }
            }
        }

        double[] speed = [.. throughput.Select(t => Math.Round(MeasuredPair.Median(t), 3))];
        double[] latency = [.. trip.Select(t => Math.Round(MeasuredPair.Median(t), 1))];
        double[] cost = [.. processor.Select(t => Math.Round(MeasuredPair.Median(t), 3))];
        return new ChannelBenchmarkResult
        {
            SslStreamGbPerSecond = speed[0],
            GbPerSecondPlain = speed[1],
            GbPerSecondTls = speed[2],
            GbPerSecondRelay = speed[3],
            SslStreamRoundTripMicroseconds64KiB = latency[0],
            RoundTripMicroseconds64KiBPlain = latency[1],
            RoundTripMicroseconds64KiB = latency[2],
            RoundTripMicroseconds64KiBRelay = latency[3],
            CpuSecondsPerGbTls = cost[2],
            SslStreamCpuSecondsPerGb = cost[0],
            RelayOverheadPercent = Math.Round(100 * (1 - (speed[3] / speed[2])), 1),
            RelayPeakMiB = 0,
        };
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
}
