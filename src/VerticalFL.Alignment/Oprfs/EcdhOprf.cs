// The OPRF "ecdh": 2HashDH over ristretto255.
//
// What        F_k(x) = H(x, k * HashToGroup(x)); the leader sends r * HashToGroup(x), the follower multiplies by k, the leader by 1 / r
// Reference   Jarecki, Kiayias, Krawczyk 2014; RFC 9497 mode 0x00 with ristretto255-SHA512 and our domain tag; RFC 9496
// Parameters  32-byte elements, 64-byte values, one fresh k per follower and attempt, one fresh r per item
// Adversary   semi-honest; non-canonical encodings, the identity, repeated elements and wrong counts are refused

using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Oprf;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Oprfs;

/// <summary>The star's OPRF by Diffie-Hellman: the reference, and the fewest assumptions.</summary>
internal sealed class EcdhOprf : IOprf
{
    public const string Name = "ecdh";

    private const int ElementSize = AlignmentLimits.ElementSize;

    /// <remarks>
    /// The same blinded elements go to every follower: each multiplies by a key of its own, so they learn nothing more by comparing.
    /// One receiver object per chunk, so that a chunk can be finalised while later ones are still being blinded.
    /// </remarks>
    public async Task<IReadOnlyDictionary<PartyId, OprfValues>> ReceiveAsync(
        AlignmentSession session, ReadOnlyMemory<byte> items, CancellationToken cancellationToken)
    {
        int total = items.Length / ItemSet.ItemSize;
        PartyId[] followers = [.. session.Followers];
        var values = followers.ToDictionary(f => f, f => new OprfValues(session, f, total));
        var receivers = new EcdhOprfReceiver?[(total + AlignmentLimits.ChunkElements - 1) / AlignmentLimits.ChunkElements];
        Action<int> done = session.Counter(AlignmentStep.Oprf, total * (long)followers.Length);
        try
        {
            IEnumerable<Func<CancellationToken, Task>> parts =
            [
                ct => SendBlindedAsync(session, items, receivers, ct),
                .. followers.Select(f => (Func<CancellationToken, Task>)(ct =>
                    FinalizeAsync(session.To(f), receivers, values[f], done, ct))),
            ];
            await Together.RunAsync(parts, cancellationToken);
            return values;
        }
        catch
        {
            foreach (OprfValues of in values.Values)
            {
                of.Dispose();
            }

            throw;
        }
        finally
        {
            foreach (EcdhOprfReceiver? receiver in receivers)
            {
                receiver?.Dispose();
            }
        }
    }

    public async Task<OprfValues> EvaluateAsync(AlignmentSession session, ReadOnlyMemory<byte> items, CancellationToken cancellationToken)
    {
        using var sender = new EcdhOprfSender();
        var values = new OprfValues(session, session.Role.Self, items.Length / ItemSet.ItemSize);
        try
        {
            await Together.RunAsync(
                cancellationToken,
                ct => ServeAsync(session, sender, ct),
                ct => EvaluateOwnAsync(session, sender, items, values, ct));
            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private static async Task SendBlindedAsync(
        AlignmentSession session, ReadOnlyMemory<byte> items, EcdhOprfReceiver?[] receivers, CancellationToken cancellationToken)
    {
        byte[] chunk = new byte[Math.Min(AlignmentLimits.ChunkElements, items.Length / ItemSet.ItemSize) * ElementSize];
        foreach ((int first, int count) in Chunks.Of(items.Length / ItemSet.ItemSize))
        {
            Memory<byte> blinded = chunk.AsMemory(0, count * ElementSize);
            var receiver = new EcdhOprfReceiver();
            receivers[first / AlignmentLimits.ChunkElements] = receiver;
            await Task.Run(() => receiver.Blind(Slice(items, first, count), blinded.Span), cancellationToken);
            var message = new BlindedElements(first, blinded);
            await Together.RunAsync(
                session.Followers.Select(f => (Func<CancellationToken, Task>)(ct => session.To(f).SendAsync(message, ct).AsTask())),
                cancellationToken);
        }
    }

    private static async Task FinalizeAsync(
        Channel follower, EcdhOprfReceiver?[] receivers, OprfValues values, Action<int> done, CancellationToken cancellationToken)
    {
        var at = new PeerStep(follower.Peer, "evaluated elements");
        var distinct = new DistinctElements();
        byte[] outputs = new byte[Math.Min(AlignmentLimits.ChunkElements, values.Count) * OprfValues.RawSize];
        foreach ((int first, _) in Chunks.Of(values.Count))
        {
            using BorrowedMessage<EvaluatedElements> borrowed = await follower.BorrowAsync<EvaluatedElements>(cancellationToken);
            EvaluatedElements message = borrowed.Message;
            int count = message.Elements.Length / ElementSize;
            Chunks.Check(at, message.First, count, first, values.Count);
            EcdhOprfReceiver? receiver = Volatile.Read(ref receivers[first / AlignmentLimits.ChunkElements]);
            if (receiver is null || receiver.Count != count)
            {
                throw at.Refuse("elements arrived that had not been asked for yet");
            }

            bool valid = await Task.Run(
                () =>
                {
                    Span<byte> raw = outputs.AsSpan(0, count * OprfValues.RawSize);
                    if (!receiver.TryFinalize(0, message.Elements.Span, raw))
                    {
                        return false;
                    }

                    values.Expand(first, raw);
                    return true;
                },
                cancellationToken);
            if (!valid)
            {
                throw at.Refuse("an element is the identity or not a canonical encoding");
            }

            distinct.Add(message.Elements.Span);
            done(count);
        }

        distinct.Check(at);
    }

    private static async Task ServeAsync(AlignmentSession session, EcdhOprfSender sender, CancellationToken cancellationToken)
    {
        Channel leader = session.To(session.Role.Leader);
        var at = new PeerStep(leader.Peer, "blinded elements");
        var distinct = new DistinctElements();
        Action<int> done = session.Counter(AlignmentStep.Oprf, session.LeaderSize);
        byte[] chunk = new byte[Math.Min(AlignmentLimits.ChunkElements, session.LeaderSize) * ElementSize];
        foreach ((int first, _) in Chunks.Of(session.LeaderSize))
        {
            using BorrowedMessage<BlindedElements> borrowed = await leader.BorrowAsync<BlindedElements>(cancellationToken);
            BlindedElements message = borrowed.Message;
            int count = message.Elements.Length / ElementSize;
            Chunks.Check(at, message.First, count, first, session.LeaderSize);
            Memory<byte> evaluated = chunk.AsMemory(0, message.Elements.Length);
            if (!await Task.Run(() => sender.TryBlindEvaluate(message.Elements.Span, evaluated.Span), cancellationToken))
            {
                throw at.Refuse("an element is the identity or not a canonical encoding");
            }

            distinct.Add(message.Elements.Span);
            await leader.SendAsync(new EvaluatedElements(first, evaluated), cancellationToken);
            done(count);
        }

        distinct.Check(at);
    }

    private static async Task EvaluateOwnAsync(
        AlignmentSession session, EcdhOprfSender sender, ReadOnlyMemory<byte> items, OprfValues values, CancellationToken cancellationToken)
    {
        Action<int> done = session.Counter(AlignmentStep.OwnValues, values.Count);
        byte[] outputs = new byte[Math.Min(AlignmentLimits.ChunkElements, values.Count) * OprfValues.RawSize];
        foreach ((int first, int count) in Chunks.Of(values.Count))
        {
            await Task.Run(
                () =>
                {
                    Span<byte> raw = outputs.AsSpan(0, count * OprfValues.RawSize);
                    sender.Evaluate(Slice(items, first, count), raw);
                    values.Expand(first, raw);
                },
                cancellationToken);
            done(count);
        }
    }

    private static ReadOnlySpan<byte> Slice(ReadOnlyMemory<byte> items, int first, int count) =>
        items.Span.Slice(first * ItemSet.ItemSize, count * ItemSet.ItemSize);
}
