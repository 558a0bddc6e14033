using System.Net.Http.Json;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace VerticalFL.Transport.Local;

/// <summary>Talks HTTP to a service over the Unix domain socket in its state directory.</summary>
public sealed class LocalClient : IDisposable
{
    private readonly HttpClient _http;
    private readonly string _path;

    /// <summary>A client of the service with this state directory.</summary>
    public LocalClient(string stateDirectory)
    {
        _path = LocalSocket.PathFor(stateDirectory);
        _http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(new UnixDomainSocketEndPoint(_path), cancellationToken);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        })
        {
            BaseAddress = new Uri("http://localhost/"),
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    /// <summary>Reads a value.</summary>
    /// <exception cref="LocalRequestException">The service refused, or does not run.</exception>
    public async Task<T> GetAsync<T>(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    /// <summary>Reads bytes as they are.</summary>
    /// <exception cref="LocalRequestException">The service refused, or does not run.</exception>
    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <summary>Sends bytes and reads the answer.</summary>
    /// <exception cref="LocalRequestException">The service refused, or does not run.</exception>
    public async Task<T> PostAsync<T>(string path, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(body) };
        using HttpResponseMessage response = await SendAsync(request, cancellationToken);
        return await ReadAsync<T>(response, cancellationToken);
    }

    /// <summary>Follows a stream of values, one JSON document a line, until the service ends it.</summary>
    /// <exception cref="LocalRequestException">The service refused, or does not run.</exception>
    public async IAsyncEnumerable<T> FollowAsync<T>(string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path), cancellationToken);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.Length > 0)
            {
                yield return JsonSerializer.Deserialize<T>(line, LocalJson.Options)!;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken) =>
        await response.Content.ReadFromJsonAsync<T>(LocalJson.Options, cancellationToken)
        ?? throw new LocalRequestException(LocalRefusal.Failed, "The service sent an empty answer.");

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.AccessDenied })
        {
            throw new LocalRequestException(LocalRefusal.NotRunning, $"This user may not open {_path}: run the verb as the service's own user.", e);
        }
        catch (HttpRequestException e) when (e.InnerException is SocketException)
        {
            throw new LocalRequestException(
                LocalRefusal.NotRunning, $"No service answers on {_path}: start it with `vfl agent` or `vfl coordinator`, or check --config.", e);
        }
        catch (HttpRequestException e)
        {
            throw new LocalRequestException(LocalRefusal.NotRunning, $"The service on {_path} went away before it had answered: look into its log, then ask again.", e);
        }

        if (response.IsSuccessStatusCode)
        {
            return response;
        }

        using (response)
        {
            LocalError? error = null;
            try
            {
                error = await response.Content.ReadFromJsonAsync<LocalError>(LocalJson.Options, cancellationToken);
            }
            catch (JsonException)
            {
                // A failure outside our own handlers has no JSON body; the status is all there is to say.
            }

            throw new LocalRequestException(
                error?.Refusal ?? LocalRefusal.Failed, error?.Error ?? $"The service failed with HTTP status {(int)response.StatusCode}; its log says why.");
        }
    }
}
