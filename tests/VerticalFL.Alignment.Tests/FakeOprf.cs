using System.Security.Cryptography;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
using VerticalFL.Alignment.Star;
using VerticalFL.Messages;

namespace VerticalFL.Alignment.Tests;

/// <summary>
/// SHA-512 of the item under the follower's name: anybody can compute it, so it protects nothing. It lets the star be tested at many sizes
/// without the price of a group operation per item.
/// </summary>
internal sealed class FakeOprf : IOprf
{
    public Task<IReadOnlyDictionary<PartyId, OprfValues>> ReceiveAsync(
        AlignmentSession session, ReadOnlyMemory<byte> items, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyDictionary<PartyId, OprfValues>>(session.Followers.ToDictionary(f => f, f => Values(session, f, items)));

    public Task<OprfValues> EvaluateAsync(AlignmentSession session, ReadOnlyMemory<byte> items, CancellationToken cancellationToken) =>
        Task.FromResult(Values(session, session.Role.Self, items));

    private static OprfValues Values(AlignmentSession session, PartyId follower, ReadOnlyMemory<byte> items)
    {
        var values = new OprfValues(session, follower, items.Length / ItemSet.ItemSize);
        byte[] name = System.Text.Encoding.UTF8.GetBytes(follower.Value);
        for (int i = 0; i < values.Count; i++)
        {
            values.Expand(i, SHA512.HashData([.. name, .. items.Span.Slice(i * ItemSet.ItemSize, ItemSet.ItemSize)]));
        }

        return values;
    }
}
