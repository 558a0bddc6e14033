namespace VerticalFL.Transport.Links;

/// <summary>
/// The end of a connection whose last message must arrive: it is said, and then the other end has a moment to hang up, because a socket closed with
/// unread bytes resets the connection and may destroy what was sent.
/// </summary>
internal static class LastWord
{
    /// <summary>How long saying and waiting may take together.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private const int MostDrained = 64 * 1024;

    /// <summary>Says it and waits. A connection that breaks meanwhile, or an end that does not hang up, is no error: it was said as well as it could be.</summary>
    /// <param name="stream">The connection; stays the caller's to close.</param>
    /// <param name="say">Writes the last message.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public static async Task SayAsync(Stream stream, Func<CancellationToken, ValueTask> say, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var sink = new byte[4096];
        int drained = 0;
        try
        {
            await say(both.Token);
            int read;
            while (drained < MostDrained && (read = await stream.ReadAsync(sink, both.Token)) > 0)
            {
                drained += read;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException or OperationCanceledException)
        {
            // Gone, or not going: either way the wait is over.
        }

        cancellationToken.ThrowIfCancellationRequested();
    }
}
