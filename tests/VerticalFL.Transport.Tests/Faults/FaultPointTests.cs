using VerticalFL.Testing;
using VerticalFL.Transport.Tests.Links;
using Xunit;

namespace VerticalFL.Transport.Tests.Faults;

/// <summary>
/// Delivery over real TLS over real TCP, with one fault at an enumerated place: in the handshake of TLS, in hello and welcome, in small
/// messages, in bulk. Whatever it is, the same messages arrive, in order, once.
/// </summary>
public sealed class FaultPointTests
{
    private static readonly int[] Sizes = [1, 300, 70_000, 5, 200_000, 64 * 1024, 7, 150_000];

    // Links that a fault may break need another; one that only loses time must not be given up.
    private static readonly FaultKind[] Harmless = [FaultKind.Delay, FaultKind.Throttle, FaultKind.Trickle];

    public static TheoryData<FaultKind, bool, int> Points()
    {
        var points = new TheoryData<FaultKind, bool, int>();
        foreach (FaultKind kind in Enum.GetValues<FaultKind>())
        {
            foreach (bool fromClient in (bool[])[true, false])
            {
                foreach (int at in (int[])[1, 700, 2_300, 20_000, 300_000])
                {
                    // Bytes that are lost in a handshake leave both sides waiting for them, which time alone ends: the heartbeat's tests have that.
                    if (kind != FaultKind.Drop || at >= 20_000)
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
        await using var pair = new DirectPair();
        await using var proxy = new FaultProxy(pair.Listener.Endpoint.Port, new Fault(kind, at, fromClient));
        (Channel a, Channel b) = pair.Open(proxy.Port);

        await Talk.BothWaysAsync(a, b, Sizes).SoonAsync();

        Assert.Equal(1, proxy.Suffered);
        if (Harmless.Contains(kind))
        {
            Assert.Equal(1, proxy.Connections);
        }
        else
        {
            Assert.InRange(proxy.Connections, 2, 5);
        }

        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Faults_drawn_from_a_seed_on_every_link_change_nothing(int seed)
    {
        var random = new Random(seed);
        FaultKind[] kinds = [FaultKind.Cut, FaultKind.Truncate, FaultKind.FlipBit, FaultKind.Duplicate, FaultKind.Drop];
        Fault[] faults = [.. Enumerable.Range(0, 25).Select(_ => new Fault(kinds[random.Next(kinds.Length)], 5_000 + random.Next(100_000), random.Next(2) == 0))];
        await using var pair = new DirectPair();
        await using var proxy = new FaultProxy(pair.Listener.Endpoint.Port, faults);
        (Channel a, Channel b) = pair.Open(proxy.Port);

        await Talk.BothWaysAsync(a, b, [.. Enumerable.Range(0, 120).Select(i => i % 4 == 0 ? 150_000 + i : 1 + (17 * i))]).WaitAsync(TimeSpan.FromMinutes(2));

        Assert.InRange(proxy.Suffered, 3, 25);
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
    }
}
