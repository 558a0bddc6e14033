using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>An HTTP proxy that knows CONNECT and nothing else, as the one at a hospital's wall; it wants a name and a password.</summary>
internal sealed class ConnectProxy : IAsyncDisposable
{
    private const string Credentials = "agent:let me out";
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Task> _serving = [];
    private readonly ConcurrentBag<string> _targets = [];
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _refused;

    public ConnectProxy()
    {
        _listener.Start();
        _running = AcceptAsync();
    }

    /// <summary>What an agent's configuration says.</summary>
    public string Address => $"http://{Uri.EscapeDataString("agent")}:{Uri.EscapeDataString("let me out")}@127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    /// <summary>The target of every tunnel so far.</summary>
    public IReadOnlyCollection<string> Targets => _targets;

    /// <summary>How many asked for something else than a tunnel, or without the password.</summary>
    public int Refused => Volatile.Read(ref _refused);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _running;
        await Task.WhenAll(_serving);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var target = new TcpClient { NoDelay = true };
        using (client)
        {
            try
            {
                client.NoDelay = true;
                string[] lines = (await ReadHeadAsync(client.GetStream())).Split("\r\n");
                string authorization = $"Proxy-Authorization: Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Credentials))}";
                if (lines[0].Split(' ') is not ["CONNECT", var address, "HTTP/1.1"] || !lines.Contains(authorization))
                {
                    Interlocked.Increment(ref _refused);
                    await client.GetStream().WriteAsync("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n"u8.ToArray(), _stop.Token);
                    return;
                }

                await target.ConnectAsync(IPEndPoint.Parse(address), _stop.Token);
                _targets.Add(address);
                await client.GetStream().WriteAsync("HTTP/1.1 200 Connection established\r\nVia: 1.1 wall\r\n\r\n"u8.ToArray(), _stop.Token);
                Task there = client.GetStream().CopyToAsync(target.GetStream(), _stop.Token);
                Task back = target.GetStream().CopyToAsync(client.GetStream(), _stop.Token);
                await Task.WhenAny(there, back);
                client.Close();
                target.Close();
                await Task.WhenAll(there, back);
            }
            catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // One of the two has hung up, which ends the tunnel.
            }
        }
    }

    private async Task<string> ReadHeadAsync(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one, _stop.Token);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }
}
