using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Messages;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Tests;

/// <summary>Names, bindings and pairs of channels over links that a test can spoil.</summary>
internal static class TestChannels
{
    public static readonly PartyId A = new("alpha");
    public static readonly PartyId B = new("beta");

    public static readonly ChannelBinding Binding = new(
        StudyId.FromBytes(Enumerable.Repeat((byte)0xab, StudyId.Size).ToArray()), RunId.FromBytes(Enumerable.Repeat((byte)0xcd, RunId.Size).ToArray()), 1, "align");

    public static ChannelOptions Options { get; } = new() { LimitOf = _ => 256 * 1024 * 1024 };

    public static (Channel A, Channel B) Pair(Func<Stream, Stream>? spoilA = null, Func<Stream, Stream>? spoilB = null, ChannelOptions? options = null, TimeProvider? time = null)
    {
        var link = new InMemoryLink();
        return (Start(A, B, new SpoilingDialer(link.A, spoilA), options, time), Start(B, A, new SpoilingDialer(link.B, spoilB), options, time));
    }

    public static Channel Start(PartyId self, PartyId peer, ILinkDialer dialer, ChannelOptions? options = null, TimeProvider? time = null, ChannelBinding? binding = null) =>
        Channel.Start(self, peer, binding ?? Binding, dialer, options ?? Options, time ?? TimeProvider.System, NullLogger.Instance);

    /// <summary>Wraps every new link.</summary>
    internal sealed class SpoilingDialer(ILinkDialer inner, Func<Stream, Stream>? spoil) : ILinkDialer, IDisposable
    {
        public void Dispose() => (inner as IDisposable)?.Dispose();

        public async Task<Stream> DialAsync(CancellationToken cancellationToken)
        {
            Stream stream = await inner.DialAsync(cancellationToken);
            return spoil is null ? stream : spoil(stream);
        }
    }

    /// <summary>Hands out given streams, one for each dialling, and then waits for ever.</summary>
    internal sealed class QueueDialer(params Stream[] streams) : ILinkDialer
    {
        private readonly Queue<Stream> _streams = new(streams);

        public int Dialled { get; private set; }

        public async Task<Stream> DialAsync(CancellationToken cancellationToken)
        {
            Dialled++;
            if (_streams.TryDequeue(out Stream? stream))
            {
                return stream;
            }

            await Task.Delay(Timeout.Infinite, cancellationToken);
            throw new InvalidOperationException();
        }
    }

    /// <summary>Fails whenever it is dialled.</summary>
    internal sealed class DeadDialer(string problem) : ILinkDialer
    {
        public Task<Stream> DialAsync(CancellationToken cancellationToken) => Task.FromException<Stream>(new IOException(problem));
    }
}
