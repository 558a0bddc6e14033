using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace VerticalFL.Testing.Faults;

/// <summary>
/// Forwards TCP to a port of this machine. Each connection suffers the next fault of a list; when the list is used up, none. Connections that begin
/// with another byte than the given one are forwarded as they are and not counted.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private const int Piece = 100;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(150);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly ConcurrentQueue<Fault> _faults;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Task> _copies = [];
    private readonly Task _running;
    private readonly byte? _onlyFirst;
    private int _connections;
    private int _suffered;

    /// <summary>Begins to listen.</summary>
    /// <param name="target">The port.</param>
    /// <param name="faults">What the connections suffer, one each.</param>
    /// <param name="onlyFirst">The first byte of the connections that suffer. Default: all do.</param>
    public FaultProxy(int target, IEnumerable<Fault> faults, byte? onlyFirst = null)
    {
        _target = target;
        _onlyFirst = onlyFirst;
        _faults = new ConcurrentQueue<Fault>(faults);
        _listener.Start();
        _running = AcceptAsync();
    }

    /// <summary>The proxy's own port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections there were.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many faults were reached.</summary>
    public int Suffered => Volatile.Read(ref _suffered);

    /// <inheritdoc/>
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
                _copies.Add(ServeAsync(client));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped, or the target has gone.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        using var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        try
        {
            var first = new byte[1];
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            bool counts = _onlyFirst is null || (await client.ReceiveAsync(first, SocketFlags.Peek, _stop.Token) > 0 && first[0] == _onlyFirst);
            Fault? fault = null;
            if (counts)
            {
                Interlocked.Increment(ref _connections);
                _faults.TryDequeue(out fault);
            }

            var line = new Line();
            await Task.WhenAll(
                CopyAsync(client, server, fault is { FromClient: true } ? fault : null, line),
                CopyAsync(server, client, fault is { FromClient: false } ? fault : null, line));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            // The target has gone, the client has, or the test is over.
        }
        finally
        {
            client.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to, Fault? fault, Line line)
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
                        if (!line.Swallows)
                        {
                            to.Shutdown(SocketShutdown.Send);
                        }

                        return;
                    }

                    if (line.Swallows)
                    {
                        continue;
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
                    case FaultKind.Swallow:
                        line.Swallows = true;
                        break;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // An end that gives up a line which swallows everything is not heard at the other.
            if (!line.Swallows || e is not SocketException)
            {
                from.Close();
                to.Close();
            }
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

    /// <summary>What both directions of one connection share.</summary>
    private sealed class Line
    {
        private volatile bool _swallows;

        public bool Swallows
        {
            get => _swallows;
            set => _swallows = value;
        }
    }
}
