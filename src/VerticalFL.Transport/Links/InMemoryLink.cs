using System.IO.Pipelines;
using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Links;

/// <summary>
/// Links inside one process: two dialers that meet. Whenever both have dialled, each gets one end of a new pair of pipes.
/// A side that is disposed will never dial again, and the other is told so.
/// </summary>
internal sealed class InMemoryLink
{
    private static readonly PipeOptions Pipes = new(pauseWriterThreshold: 1024 * 1024, resumeWriterThreshold: 512 * 1024, useSynchronizationContext: false);

    private readonly Lock _gate = new();
    private readonly TaskCompletionSource<Stream>?[] _waiting = new TaskCompletionSource<Stream>?[2];
    private readonly bool[] _gone = new bool[2];

    public InMemoryLink() => (A, B) = (new Side(this, 0), new Side(this, 1));

    public ILinkDialer A { get; }

    public ILinkDialer B { get; }

    /// <summary>Two connected streams.</summary>
    public static (Stream A, Stream B) CreateStreams()
    {
        var ab = new Pipe(Pipes);
        var ba = new Pipe(Pipes);
        return (new DuplexPipeStream(ba.Reader, ab.Writer), new DuplexPipeStream(ab.Reader, ba.Writer));
    }

    private Task<Stream> DialAsync(int side, CancellationToken cancellationToken)
    {
        var mine = new TaskCompletionSource<Stream>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_gone[1 - side])
            {
                throw Gone();
            }

            while (_waiting[1 - side] is { } theirs)
            {
                _waiting[1 - side] = null;
                (Stream a, Stream b) = CreateStreams();
                if (theirs.TrySetResult(b))
                {
                    return Task.FromResult(a);
                }
            }

            _waiting[side]?.TrySetCanceled(CancellationToken.None);
            _waiting[side] = mine;
        }

        return WaitAsync(mine, cancellationToken);
    }

    private static async Task<Stream> WaitAsync(TaskCompletionSource<Stream> mine, CancellationToken cancellationToken)
    {
        await using CancellationTokenRegistration registration =
            cancellationToken.Register(() => mine.TrySetCanceled(cancellationToken));
        return await mine.Task;
    }

    private static LinkRefusedException Gone() => new("the other side closed it", LinkFault.Closed, isFinal: true);

    private void Leave(int side)
    {
        lock (_gate)
        {
            _gone[side] = true;
            _waiting[1 - side]?.TrySetException(Gone());
            _waiting[1 - side] = null;
        }
    }

    private sealed class Side(InMemoryLink link, int index) : ILinkDialer, IDisposable
    {
        public void Dispose() => link.Leave(index);

        public Task<Stream> DialAsync(CancellationToken cancellationToken) => link.DialAsync(index, cancellationToken);
    }
}
