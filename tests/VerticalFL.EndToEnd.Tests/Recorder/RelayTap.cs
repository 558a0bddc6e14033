using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>Listens in front of the coordinator's port, passes every byte on, and keeps a copy: what the relay and the network can see.</summary>
internal sealed class RelayTap : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<TappedConnection> _connections = new();
    private readonly ConcurrentBag<Task> _pumps = [];
    private readonly Task _accepting;

    public RelayTap(int target)
    {
        _target = target;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public IReadOnlyList<TappedConnection> Connections => [.. _connections];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_pumps);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient agent = await _listener.AcceptTcpClientAsync(_stop.Token);
                var tapped = new TappedConnection();
                _connections.Enqueue(tapped);
                _pumps.Add(PassAsync(agent, tapped));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient agent, TappedConnection tapped)
    {
        using (agent)
        using (var relay = new TcpClient())
        {
            try
            {
                await relay.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                agent.NoDelay = relay.NoDelay = true;

                // Taken once: a client whose peer has hung up no longer gives its stream out.
                NetworkStream ofAgent = agent.GetStream();
                NetworkStream ofRelay = relay.GetStream();
                await Task.WhenAll(PumpAsync(ofAgent, ofRelay, tapped.ToRelay), PumpAsync(ofRelay, ofAgent, tapped.FromRelay));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or IOException or InvalidOperationException)
            {
                // One side hung up; what passed until then is recorded.
            }
        }
    }

    private async Task PumpAsync(NetworkStream from, NetworkStream to, MemoryStream copy)
    {
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await from.ReadAsync(buffer, _stop.Token)) > 0)
        {
            copy.Write(buffer, 0, read);
            await to.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }

        to.Socket.Shutdown(SocketShutdown.Send);
    }
}

/// <summary>The bytes of one TCP connection between an agent and the coordinator.</summary>
internal sealed class TappedConnection
{
    public MemoryStream ToRelay { get; } = new();

    public MemoryStream FromRelay { get; } = new();
}
