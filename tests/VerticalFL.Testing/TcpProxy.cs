using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace VerticalFL.Testing;

/// <summary>Stands between agents and a relay: records what passes, and cuts on demand.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly bool _record;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Connection> _connections = [];
    private readonly Task _running;
    private long _carried;
    private volatile bool _down;

    /// <summary>Forwards to a port of this machine.</summary>
    /// <param name="target">The port.</param>
    /// <param name="record">Whether every byte is kept. Default: yes; a long run may not have the memory.</param>
    public TcpProxy(int target, bool record = true)
    {
        _target = target;
        _record = record;
        _listener.Start();
        _running = AcceptAsync();
    }

    /// <summary>The proxy's own port.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Every connection so far: what the client sent, and what it got.</summary>
    public IReadOnlyList<(byte[] FromClient, byte[] ToClient)> Recorded => [.. _connections.Select(c => (c.FromClient.ToArray(), c.ToClient.ToArray()))];

    /// <summary>Bytes that have passed so far, both ways together.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <summary>Whether the line is down: every connection is cut, and new ones are as soon as they come.</summary>
    public bool IsDown
    {
        get => _down;
        set
        {
            _down = value;
            if (value)
            {
                CutAll();
            }
        }
    }

    /// <summary>Cuts every connection that is open now.</summary>
    public void CutAll()
    {
        foreach (Connection connection in _connections)
        {
            connection.Close();
        }
    }

    /// <summary>Cuts the connections that are open now and whose first byte is the given one.</summary>
    public void Cut(byte firstByte)
    {
        foreach (Connection connection in _connections.Where(c => c.FromClient.First == firstByte))
        {
            connection.Close();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        foreach (Connection connection in _connections)
        {
            connection.Close();
        }

        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient client = await _listener.AcceptTcpClientAsync(_stop.Token);
            var server = new TcpClient { NoDelay = true };
            if (_down)
            {
                client.Dispose();
                server.Dispose();
                continue;
            }

            try
            {
                client.NoDelay = true;
                await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
                var connection = new Connection(this, client, server, _record);
                _connections.Add(connection);
                connection.Start();
            }
            catch (Exception e) when (e is SocketException or InvalidOperationException)
            {
                // One of the two has hung up already; the next connection is another matter.
                client.Dispose();
                server.Dispose();
            }
        }
    }

    /// <summary>What passed in one direction.</summary>
    private sealed class Recording
    {
        private readonly List<byte> _bytes = [];

        public int First
        {
            get
            {
                lock (_bytes)
                {
                    return _bytes.Count > 0 ? _bytes[0] : -1;
                }
            }
        }

        public void Add(ReadOnlySpan<byte> bytes)
        {
            lock (_bytes)
            {
                _bytes.AddRange(bytes);
            }
        }

        public byte[] ToArray()
        {
            lock (_bytes)
            {
                return [.. _bytes];
            }
        }
    }

    private sealed class Connection(TcpProxy proxy, TcpClient client, TcpClient server, bool record)
    {
        public Recording FromClient { get; } = new();

        public Recording ToClient { get; } = new();

        public void Start()
        {
            _ = CopyAsync(client.GetStream(), server.GetStream(), FromClient);
            _ = CopyAsync(server.GetStream(), client.GetStream(), ToClient);
        }

        public void Close()
        {
            client.Close();
            server.Close();
        }

        private async Task CopyAsync(NetworkStream from, NetworkStream to, Recording recording)
        {
            var buffer = new byte[16 * 1024];
            try
            {
                int read;
                while ((read = await from.ReadAsync(buffer)) > 0)
                {
                    Interlocked.Add(ref proxy._carried, read);
                    if (record)
                    {
                        recording.Add(buffer.AsSpan(0, read));
                    }

                    await to.WriteAsync(buffer.AsMemory(0, read));
                }
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // Cut.
            }

            Close();
        }
    }
}
