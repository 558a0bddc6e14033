using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Testing.Faults;

/// <summary>
/// Delivery over real TLS over real TCP, with one fault at an enumerated place: in the handshake of TLS, in hello and welcome, in small
/// messages, in bulk. Whatever it is, the same messages arrive, in order, once. A subclass for each way that the bytes can take.
/// </summary>
public abstract class FaultContract
{
    private static readonly int[] Sizes = [4, 300, 70_000, 8, 200_000, 64 * 1024, 12, 150_000];

    // Links that a fault may break need another; one that only loses time must not be given up.
    private static readonly FaultKind[] Harmless = [FaultKind.Delay, FaultKind.Throttle, FaultKind.Trickle];

    // Bytes that never come leave both sides waiting for them, which time alone ends: in a handshake that is a quarter of a minute.
    private static readonly FaultKind[] Waiting = [FaultKind.Drop, FaultKind.Swallow];

    /// <summary>Every kind of fault, in both directions, at every place.</summary>
    public static TheoryData<FaultKind, bool, int> Points()
    {
        var points = new TheoryData<FaultKind, bool, int>();
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            foreach (bool fromClient in (bool[])[true, false])
            {
                foreach (int at in (int[])[1, 700, 2_300, 20_000, 300_000])
                {
                    if (!Waiting.Contains(kind) || at >= 20_000)
                    {
                        points.Add(kind, fromClient, at);
                    }
                }
            }
        }

        return points;
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task Same_messages_arrive_once_and_in_order(FaultKind kind, bool fromClient, int at)
    {
        // A line that swallows everything is found by the silence of its heartbeats, and by nothing else.
        ChannelOptions options = kind != FaultKind.Swallow ? new()
            : new() { HeartbeatInterval = TimeSpan.FromMilliseconds(500), SilenceLimit = TimeSpan.FromSeconds(3) };
        await using LinesUnderTest lines = await OpenAsync(options, new Fault(kind, at, fromClient));

        await Conversation.BothWaysAsync(lines.A, lines.B, Sizes).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.Equal(1, lines.Proxy.Suffered);
        if (Harmless.Contains(kind))
        {
            Assert.Equal(1, lines.Proxy.Connections);
        }
        else
        {
            Assert.InRange(lines.Proxy.Connections, 2, 6);
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Faults_drawn_from_a_seed_on_every_link_change_nothing(int seed)
    {
        var random = new Random(seed);
        FaultKind[] kinds = [FaultKind.Cut, FaultKind.Truncate, FaultKind.FlipBit, FaultKind.Duplicate, FaultKind.Drop];
        Fault[] faults = [.. Enumerable.Range(0, 25).Select(_ => new Fault(kinds[random.Next(kinds.Length)], 5_000 + random.Next(100_000), random.Next(2) == 0))];
        await using LinesUnderTest lines = await OpenAsync(new(), faults);

        await Conversation.BothWaysAsync(lines.A, lines.B, [.. Enumerable.Range(0, 120).Select(i => i % 4 == 0 ? 150_000 + i : 4 + (16 * i))]).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.InRange(lines.Proxy.Suffered, 3, 25);
    }

    /// <summary>Two ends of a channel whose links go through a proxy with these faults.</summary>
    protected abstract Task<LinesUnderTest> OpenAsync(ChannelOptions options, params Fault[] faults);

    /// <summary>Two ends, the proxy between them, and what has to go afterwards.</summary>
    public sealed record LinesUnderTest(Channel A, Channel B, FaultProxy Proxy, Func<ValueTask> Dispose) : IAsyncDisposable
    {
        /// <inheritdoc/>
        public async ValueTask DisposeAsync()
        {
            await Task.WhenAll(A.DisposeAsync().AsTask(), B.DisposeAsync().AsTask());
            await Proxy.DisposeAsync();
            await Dispose();
        }
    }
}
