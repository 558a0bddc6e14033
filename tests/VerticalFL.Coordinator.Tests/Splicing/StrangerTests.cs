using System.Net.Sockets;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Messages;
using VerticalFL.Testing;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>Whoever connects and says nothing costs little, and keeps nobody out.</summary>
[Collection(AloneCollection.Name)]
public sealed class StrangerTests
{
    private const long MostBytes = 32L * 1024 * 1024;

    [Fact]
    public async Task Silent_strangers_are_bounded_and_keep_no_agent_out()
    {
        // Each takes two descriptors of this process, so the whole crowd needs a limit beyond the usual 1024 per process.
        int crowd = Environment.GetEnvironmentVariable("VFL_LONG") == "1" ? 10_000 : 300;
        var options = new RelayOptions { MaxStrangers = 64, SilenceLimit = TimeSpan.FromHours(1) };
        await using RelayFixture relay = await RelayFixture.StartAsync(options);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var silent = new List<TcpClient>();
        try
        {
            for (int i = 0; i < crowd; i++)
            {
                var stranger = new TcpClient();
                await stranger.ConnectAsync("127.0.0.1", relay.Address.Port);
                silent.Add(stranger);
            }

            // The oldest are shown out, although their time is far from over; the agent gets in among them.
            Assert.Equal(-1, await RawAgent.ReadByteAsync(silent[0].GetStream()));
            ControlLink link = await relay.ConnectAsync(relay.Authority.Credentials(new PartyId("alpha")));
            Assert.True(link.State.IsConnected);

            // However many came, no more than that stay, when those that were shown out have gone: on a busy machine that takes a moment. The memory
            // is a check on top; the crowd's own ends, which this process holds too, are in it.
            int open = crowd;
            await Eventually.TrueAsync(() => (open = silent.Count(IsOpen)) <= options.MaxStrangers, () => $"{open} strangers are still connected");
            long cost = 0;
            await Eventually.TrueAsync(
                () => (cost = GC.GetTotalMemory(forceFullCollection: true) - before) < MostBytes, () => $"the strangers hold {cost >> 20} MiB");
            TestContext.Current.TestOutputHelper?.WriteLine($"{crowd} strangers: {cost >> 10} KiB of managed memory");
        }
        finally
        {
            foreach (TcpClient stranger in silent)
            {
                stranger.Dispose();
            }
        }
    }

    private static bool IsOpen(TcpClient stranger) => !(stranger.Client.Poll(0, SelectMode.SelectRead) && stranger.Client.Available == 0);

    [Fact]
    public void Newcomer_displaces_the_oldest_stranger_and_nobody_who_is_known()
    {
        var strangers = new Strangers(2);
        using Strangers.Stranger known = strangers.Enter();
        using Strangers.Stranger first = strangers.Enter();
        known.Leave();
        using Strangers.Stranger second = strangers.Enter();
        Assert.Equal(2, strangers.Count);

        using Strangers.Stranger third = strangers.Enter();

        Assert.True(first.Displaced.IsCancellationRequested);
        Assert.False(known.Displaced.IsCancellationRequested || second.Displaced.IsCancellationRequested || third.Displaced.IsCancellationRequested);
        Assert.Equal(2, strangers.Count);
    }
}
