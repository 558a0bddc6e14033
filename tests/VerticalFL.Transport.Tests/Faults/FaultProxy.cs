using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace VerticalFL.Transport.Tests.Faults;

/// <summary>Forwards TCP to a port of this machine. Each connection suffers the next fault of a list; when the list is used up, none.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private const int Piece = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly ConcurrentQueue<Fault> _faults;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _copies = [];
    private readonly Task _running;
    private int _connections;
    private int _suffered;

    public FaultProxy(int target, params IEnumerable<Fault> faults)
    {
        _target = target;
        _faults = new ConcurrentQueue<Fault>(faults);
        _listener.Start();
        _running = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many faults were reached.</summary>
    public int Suffered => Volatile.Read(ref _suffered);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        await Task.WhenAll(_copies);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                Interlocked.Increment(ref _connections);
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                _faults.TryDequeue(out Fault? fault);
                _copies.Add(RunAsync(client, server, fault));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped, or the target has gone.
        }
    }

    private async Task RunAsync(Socket client, Socket server, Fault? fault)
    {
        using (client)
        using (server)
        {
            await Task.WhenAll(
                CopyAsync(client, server, fault is { FromClient: true } ? fault : null),
                CopyAsync(server, client, fault is { FromClient: false } ? fault : null));
        }
    }

    private async Task CopyAsync(Socket from, Socket to, Fault? fault)
    {
        var buffer = new byte[16 * 1024];
        long at = 0;
        bool throttled = false;
        int trickle = 0;
        try
        {
            while (true)
            {
                // Never past the fault's place, so that it happens exactly there.
                int most = trickle > 0 ? 1 : fault is null ? buffer.Length : (int)Math.Min(buffer.Length, fault.At - at);
                if (most > 0)
                {
                    int read = await from.ReceiveAsync(buffer.AsMemory(0, most), _stop.Token);
                    if (read == 0)
                    {
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    }

                    await SendAsync(to, buffer.AsMemory(0, read));
                    at += read;
                    trickle = Math.Max(0, trickle - read);
                    if (throttled)
                    {
                        await Task.Delay(1, _stop.Token);
                    }

                    continue;
                }

                FaultKind kind = fault!.Kind;
                fault = null;
                Interlocked.Increment(ref _suffered);
                switch (kind)
                {
                    case FaultKind.Cut:
                        from.LingerState = to.LingerState = new LingerOption(true, 0);
                        from.Close();
                        to.Close();
                        return;
                    case FaultKind.Truncate:
                        to.Shutdown(SocketShutdown.Send);
                        return;
                    case FaultKind.FlipBit:
                        await SendAsync(to, await ReceiveAsync(from, buffer, 1, b => b[0] ^= 0x10));
                        break;
                    case FaultKind.Duplicate:
                        Memory<byte> piece = await ReceiveAsync(from, buffer, Piece);
                        await SendAsync(to, piece);
                        await SendAsync(to, piece);
                        break;
                    case FaultKind.Drop:
                        await ReceiveAsync(from, buffer, Piece);
                        break;
                    case FaultKind.Delay:
                        await Task.Delay(Pause, _stop.Token);
                        break;
                    case FaultKind.Throttle:
                        throttled = true;
                        break;
                    case FaultKind.Trickle:
                        trickle = 2000;
                        break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            from.Close();
            to.Close();
        }
    }

    private async Task<Memory<byte>> ReceiveAsync(Socket from, byte[] buffer, int most, Action<byte[]>? change = null)
    {
        int read = await from.ReceiveAsync(buffer.AsMemory(0, most), _stop.Token);
        change?.Invoke(buffer);
        return buffer.AsMemory(0, read);
    }

    private async Task SendAsync(Socket to, Memory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            bytes = bytes[await to.SendAsync(bytes, _stop.Token)..];
        }
    }
}
