using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using VerticalFL.Testing;
using VerticalFL.Transport.Local;
using Xunit;

namespace VerticalFL.Transport.Tests.Local;

public sealed class LocalSocketTests
{
    [Fact]
    public void PathFor_long_directory_is_refused_with_the_limit()
    {
        IOException refused = Assert.Throws<IOException>(() => LocalSocket.PathFor("/" + new string('d', 120)));

        Assert.Contains("shorter path", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RemoveStale_removes_what_a_killed_process_left()
    {
        using var directory = new TemporaryDirectory();
        string path = LocalSocket.PathFor(directory.Path);
        File.WriteAllText(path, "");

        LocalSocket.RemoveStale(path);

        Assert.False(File.Exists(path));
    }

    [Fact]
    public void RemoveStale_leaves_a_socket_that_answers()
    {
        using var directory = new TemporaryDirectory();
        string path = LocalSocket.PathFor(directory.Path);
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();

        IOException refused = Assert.Throws<IOException>(() => LocalSocket.RemoveStale(path));

        Assert.Contains("already runs", refused.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(path));
    }

    [Theory]
    [InlineData(LocalRefusal.NotFound)]
    [InlineData(LocalRefusal.InvalidStudy)]
    [InlineData(LocalRefusal.NotAllowed)]
    [InlineData(LocalRefusal.Failed)]
    public async Task Refusal_reaches_the_client_with_kind_and_sentence(LocalRefusal refusal)
    {
        using var directory = new TemporaryDirectory();
        await using WebApplication app = Build(directory.Path, () => throw new LocalRequestException(refusal, "No, because."));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new LocalClient(directory.Path);

        LocalRequestException refused = await Assert.ThrowsAsync<LocalRequestException>(() => client.GetAsync<string>("ask", TestContext.Current.CancellationToken));

        Assert.Equal(refusal, refused.Refusal);
        Assert.Equal("No, because.", refused.Message);
    }

    [Fact]
    public async Task Failing_disk_and_unknown_paths_are_refusals_too()
    {
        using var directory = new TemporaryDirectory();
        await using WebApplication app = Build(directory.Path, () => throw new IOException("The disk is full."));
        await app.StartAsync(TestContext.Current.CancellationToken);
        using var client = new LocalClient(directory.Path);

        LocalRequestException full = await Assert.ThrowsAsync<LocalRequestException>(() => client.GetAsync<string>("ask", TestContext.Current.CancellationToken));
        LocalRequestException unknown = await Assert.ThrowsAsync<LocalRequestException>(() => client.GetAsync<string>("nothing", TestContext.Current.CancellationToken));

        Assert.Equal((LocalRefusal.Failed, "The disk is full."), (full.Refusal, full.Message));
        Assert.Contains("404", unknown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Client_without_a_service_says_how_to_start_one()
    {
        using var directory = new TemporaryDirectory();
        using var client = new LocalClient(directory.Path);

        LocalRequestException refused = await Assert.ThrowsAsync<LocalRequestException>(() => client.GetAsync<string>("ask", TestContext.Current.CancellationToken));

        Assert.Equal(LocalRefusal.NotRunning, refused.Refusal);
        Assert.Contains("vfl agent", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
    public void CreateBuilder_closes_an_open_state_directory()
    {
        using var directory = new TemporaryDirectory();
        string state = directory["state"];
        Directory.CreateDirectory(state);
        File.SetUnixFileMode(state, (UnixFileMode)0b111_101_101);

        LocalHost.CreateBuilder(state);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(state));
    }

    private static WebApplication Build(string state, Func<string> answer)
    {
        WebApplicationBuilder builder = LocalHost.CreateBuilder(state);
        WebApplication app = builder.Build();
        app.UseLocalRefusals();
        app.MapGet("/ask", () => Results.Json(answer(), LocalJson.Options));
        return app;
    }
}
