using System.Net.Sockets;
using VerticalFL.Simulation;
using VerticalFL.Simulation.Services;
using VerticalFL.Testing;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>Starts services as real processes that are started again however often they are killed, with a proxy in front of the coordinator.</summary>
internal sealed class FaultyStarter(Action<string> note) : IServiceStarter
{
    private readonly ProcessStarter _processes = new(VflCommand.For(MarkedProcess.Dll), int.MaxValue, note);
    private readonly List<string> _configurations = [];
    private TcpProxy? _proxy;

    public async Task<IService> StartAsync(string verb, string configuration, CancellationToken cancellationToken)
    {
        IService service = await _processes.StartAsync(verb, configuration, cancellationToken);
        lock (_configurations)
        {
            _configurations.Add(configuration);
        }

        return verb == "coordinator" ? new Proxied(service, _proxy = new TcpProxy(service.Port, record: false)) : service;
    }

    /// <summary>Bytes that have passed between agents and coordinator.</summary>
    public long Carried => _proxy!.Carried;

    /// <summary>Cuts every link.</summary>
    public void Cut() => _proxy?.CutAll();

    /// <summary>Takes the line between agents and coordinator down, or up again.</summary>
    public void SetLine(bool up) => _proxy!.IsDown = !up;

    /// <summary>Whether a service that was started answers on its control socket.</summary>
    public bool Answers(string service)
    {
        string configuration;
        lock (_configurations)
        {
            configuration = _configurations.Single(c => c.Contains($"/{service}", StringComparison.Ordinal));
        }

        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Path.Combine(Path.GetDirectoryName(configuration)!, "s", "control.sock")));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>The processes of the services that run now; of one service if it is named.</summary>
    public IReadOnlyList<int> Processes(string service = "")
    {
        string[] configurations;
        lock (_configurations)
        {
            configurations = [.. _configurations.Where(c => c.Contains($"/{service}", StringComparison.Ordinal))];
        }

        return
        [
            .. Directory.GetDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => n.All(char.IsAsciiDigit)).Select(int.Parse)
                .Where(p => configurations.Any(c => CommandLine(p).Contains(c, StringComparison.Ordinal))),
        ];
    }

    private static string CommandLine(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Replace('\0', ' ');
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private sealed class Proxied(IService service, TcpProxy proxy) : IService
    {
        public int Port => proxy.Port;

        public Task<string> Ended => service.Ended;

        public async ValueTask DisposeAsync()
        {
            await service.DisposeAsync();
            await proxy.DisposeAsync();
        }
    }
}
