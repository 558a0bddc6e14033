namespace VerticalFL.Transport.Links;

/// <summary>Makes new links to one peer: each a duplex byte stream that may break at any moment, already secured when it has to be.</summary>
internal interface ILinkDialer
{
    /// <summary>Dials once.</summary>
    /// <exception cref="IOException">It did not work this time.</exception>
    /// <exception cref="LinkRefusedException">It was refused.</exception>
    Task<Stream> DialAsync(CancellationToken cancellationToken);
}
