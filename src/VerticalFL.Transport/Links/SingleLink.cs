using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Links;

/// <summary>One link that somebody else has made. It cannot be made again: a cut is the end.</summary>
internal sealed class SingleLink(Stream link) : ILinkDialer
{
    private Stream? _link = link;

    public Task<Stream> DialAsync(CancellationToken cancellationToken) => Interlocked.Exchange(ref _link, null) is { } first
        ? Task.FromResult(first)
        : Task.FromException<Stream>(new LinkRefusedException("its one link is gone", LinkFault.Cut, isFinal: true));
}
