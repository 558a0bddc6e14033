using System.Net;
using System.Net.Sockets;
using System.Text;
using VerticalFL.Testing;
using VerticalFL.Transport.Links;
using Xunit;

namespace VerticalFL.Transport.Tests.Links;

public sealed class HttpProxyTests
{
    private static readonly HostAddress Target = new("coordinator.example.org", 7443);

    [Fact]
    public async Task Tunnel_carries_the_targets_bytes_from_the_first_one_on()
    {
        (string request, string? got, Exception? problem) = await TunnelAsync("http://127.0.0.1:{0}", "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\nhello");

        Assert.Null(problem);
        Assert.Equal("hello", got);
        Assert.Equal("CONNECT coordinator.example.org:7443 HTTP/1.1\r\nHost: coordinator.example.org:7443\r\n\r\n", request);
    }

    [Fact]
    public async Task Credentials_go_to_the_proxy_and_nowhere_else()
    {
        (string request, _, Exception? problem) = await TunnelAsync("http://user:p%40ss@127.0.0.1:{0}", "HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");

        Assert.Contains("Proxy-Authorization: Basic " + Convert.ToBase64String("user:p@ss"u8) + "\r\n", request, StringComparison.Ordinal);
        LinkProblemException refused = Assert.IsType<LinkProblemException>(problem);
        Assert.EndsWith("did not connect to coordinator.example.org:7443: it answered 'HTTP/1.1 407 Proxy Authentication Required'", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("p@ss", refused.ToString(), StringComparison.Ordinal);
        Assert.Equal("the proxy at proxy:3128 with credentials [redacted]", HttpProxy.Parse("http://user:p%40ss@proxy:3128").ToString());
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n", "it answered 'SSH-2.0-OpenSSH'")]
    [InlineData("HTTP/1.1 302 Found\r\n\r\n", "it answered 'HTTP/1.1 302 Found'")]
    [InlineData("", "hung up")]
    public async Task Anything_but_yes_is_refused_with_what_was_said(string answer, string problem)
    {
        (_, _, Exception? refused) = await TunnelAsync("http://127.0.0.1:{0}", answer);
        Assert.Contains(problem, Assert.IsType<LinkProblemException>(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Endless_answer_is_cut_off()
    {
        (_, _, Exception? refused) = await TunnelAsync("http://127.0.0.1:{0}", "HTTP/1.1 200 OK\r\n" + new string('x', 20_000));
        Assert.EndsWith("answered more than 8192 bytes without an end", Assert.IsType<LinkProblemException>(refused).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("proxy:3128")]
    [InlineData("https://proxy:3128")]
    [InlineData("http://user:secret@proxy:3128/path")]
    [InlineData("http://")]
    public void Text_that_is_no_proxy_is_refused_without_repeating_it(string text)
    {
        FormatException refused = Assert.Throws<FormatException>(() => HttpProxy.Parse(text));
        Assert.DoesNotContain("secret", refused.Message, StringComparison.Ordinal);
    }

    private static async Task<(string Request, string? Got, Exception? Problem)> TunnelAsync(string proxy, string answer)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<string> serving = ServeAsync(listener, answer);
        string? got = null;
        Exception? problem = null;
        try
        {
            await using Stream stream = await TcpDialer.ConnectAsync(
                "the coordinator",
                Target,
                TimeSpan.FromSeconds(20),
                TimeProvider.System,
                CancellationToken.None,
                HttpProxy.Parse(string.Format(null, proxy, ((IPEndPoint)listener.LocalEndpoint).Port)));
            got = await new StreamReader(stream).ReadToEndAsync().SoonAsync();
        }
        catch (IOException e)
        {
            problem = e;
        }

        return (await serving.SoonAsync(), got, problem);
    }

    private static async Task<string> ServeAsync(TcpListener listener, string answer)
    {
        using TcpClient client = await listener.AcceptTcpClientAsync();
        NetworkStream stream = client.GetStream();
        var request = new StringBuilder();
        var one = new byte[1];
        while (!request.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal) && await stream.ReadAsync(one) == 1)
        {
            request.Append((char)one[0]);
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        return request.ToString();
    }
}
