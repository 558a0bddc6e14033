using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using VerticalFL.EndToEnd.Tests.Services;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>Whole runs of real processes over every way that the parties' bytes can take: past the relay, through it when there is no other way, and through a proxy.</summary>
public sealed class LinkPathTests
{
    [Fact]
    public async Task Run_over_direct_links_takes_nothing_of_the_relay()
    {
        int[] ports = FreePorts(2);
        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync((party, configuration) => configuration["direct"] = party switch
        {
            "hospital" => new JsonObject { ["listen"] = $"127.0.0.1:{ports[0]}" },
            "lab" => new JsonObject { ["listen"] = $"127.0.0.1:{ports[1]}", ["peers"] = new JsonObject { ["hospital"] = $"127.0.0.1:{ports[0]}" } },
            _ => new JsonObject { ["peers"] = new JsonObject { ["hospital"] = $"127.0.0.1:{ports[0]}", ["lab"] = $"127.0.0.1:{ports[1]}" } },
        });

        Assert.Equal(0, await RelayedBytesOfRunAsync(kit));
    }

    [Fact]
    public async Task Run_whose_direct_links_fail_goes_through_the_relay()
    {
        // The hospital listens elsewhere than the others think, and nobody listens at the lab's.
        int[] ports = FreePorts(2);
        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync((party, configuration) => configuration["direct"] = party switch
        {
            "hospital" => new JsonObject { ["listen"] = "127.0.0.1:0" },
            "lab" => new JsonObject { ["peers"] = new JsonObject { ["hospital"] = $"127.0.0.1:{ports[0]}" } },
            _ => new JsonObject { ["peers"] = new JsonObject { ["hospital"] = $"127.0.0.1:{ports[0]}", ["lab"] = $"127.0.0.1:{ports[1]}" } },
        });

        Assert.InRange(await RelayedBytesOfRunAsync(kit), 1_000, long.MaxValue);
    }

    [Fact]
    public async Task Run_of_agents_behind_a_proxy_that_wants_a_password()
    {
        await using var proxy = new ConnectProxy();
        await using var kit = new ServiceKit(inProcesses: true);
        await kit.StartAllAsync((_, configuration) => configuration["proxy"] = proxy.Address);

        Assert.InRange(await RelayedBytesOfRunAsync(kit), 1_000, long.MaxValue);

        // A control connection for each agent, and a data connection for each end of each pair, at the least.
        Assert.InRange(proxy.Targets.Count, 3 + (2 * 3), int.MaxValue);
        Assert.All(proxy.Targets, t => Assert.Equal($"127.0.0.1:{kit.Port}", t));
        Assert.Equal(0, proxy.Refused);
    }

    private static async Task<long> RelayedBytesOfRunAsync(ServiceKit kit)
    {
        string id = await kit.SubmitAsync(Cohort.Study(epochs: 2, maxRuns: 1));
        await kit.ApproveAllAsync(id);
        string run = await kit.StartRunAsync(id);
        VflRun watched = await kit.WatchAsync(run);
        Assert.True(watched.ExitCode == 0, watched.Output + watched.Error);
        Assert.All(watched.Json.GetProperty("parties").EnumerateArray(), p => Assert.Equal("finished", p.GetProperty("outcome").GetString()));
        return watched.Json.GetProperty("relayedBytes").GetInt64();
    }

    private static int[] FreePorts(int count)
    {
        TcpListener[] listeners = [.. Enumerable.Range(0, count).Select(_ => new TcpListener(IPAddress.Loopback, 0))];
        int[] ports = [.. listeners.Select(l =>
        {
            l.Start();
            return ((IPEndPoint)l.LocalEndpoint).Port;
        })];
        Array.ForEach(listeners, l => l.Stop());
        return ports;
    }
}
