using VerticalFL.Alignment.Star;
using VerticalFL.Messages;

namespace VerticalFL.Alignment.Oprfs;

/// <summary>
/// The OPRF of the star: the leader learns F_k(x) for its own items under each follower's fresh key k, a follower computes F_k(y) for its
/// own
/// items; the follower learns nothing about x, the leader nothing about k.
/// </summary>
internal interface IOprf
{
    /// <summary>The leader's side, with all followers at once.</summary>
    /// <returns>For each follower, the values of the leader's items. The caller disposes them.</returns>
    Task<IReadOnlyDictionary<PartyId, OprfValues>> ReceiveAsync(
        AlignmentSession session, ReadOnlyMemory<byte> items, CancellationToken cancellationToken);

    /// <summary>A follower's side.</summary>
    /// <returns>The values of the follower's own items. The caller disposes them.</returns>
    Task<OprfValues> EvaluateAsync(AlignmentSession session, ReadOnlyMemory<byte> items, CancellationToken cancellationToken);
}
