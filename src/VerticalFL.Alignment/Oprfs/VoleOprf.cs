// The OPRF "vole": OKVS and silent VOLE, the malicious variant.
//
// What        the leader (receiver) gets A, C and the follower (sender) B, Delta with A = B + C Delta; the leader sends its OKVS P masked
//             with C, and F(x) = H(Decode(A, x)) = H(Decode(B + (P + C) Delta, x) + Delta E(x)), up to a word of each
// Reference   Raghuraman, Rindal 2022 (ePrint 2022/320), section 3; protocols/cryptography/vole.md says what its messages hold
// Parameters  all from the leader's set size; one exchange, with secrets of its own, for each follower and attempt
// Adversary   malicious in both roles, under LPN for the code of vole.md; the star around it is semi-honest

using System.Collections.Concurrent;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Oprf;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Oprfs;

/// <summary>The star's OPRF from vector oblivious linear evaluation: a hundred times the speed of group operations.</summary>
internal sealed class VoleOprf : IOprf
{
    public const string Name = "vole";

    private const int ItemSize = ItemSet.ItemSize;

    public async Task<IReadOnlyDictionary<PartyId, OprfValues>> ReceiveAsync(
        AlignmentSession session, ReadOnlyMemory<byte> items, CancellationToken cancellationToken)
    {
        PartyId[] followers = [.. session.Followers];
        var values = new ConcurrentDictionary<PartyId, OprfValues>();
        Action<int> done = session.Counter(AlignmentStep.Oprf, session.LeaderSize * (long)followers.Length);
        try
        {
            await Together.RunAsync(
                followers.Select(f => (Func<CancellationToken, Task>)(async ct =>
                {
                    await ReceiveAsync(session.To(f), SessionOf(session, f), items, () => values[f] = new OprfValues(session, f, session.LeaderSize), ct);
                    done(session.LeaderSize);
                })),
                cancellationToken);
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
    }

    public async Task<OprfValues> EvaluateAsync(AlignmentSession session, ReadOnlyMemory<byte> items, CancellationToken cancellationToken)
    {
        Channel leader = session.To(session.Role.Leader);
        using VoleOprfSender sender = await Task.Run(
            () => new VoleOprfSender(SessionOf(session, session.Role.Self), session.LeaderSize), cancellationToken);
        await leader.SendAsync(new VoleRequest(sender.Request), cancellationToken);

        VoleAnswer answer = await leader.ReceiveAsync<VoleAnswer>(cancellationToken);
        ReadOnlyMemory<byte> sums = await Task.Run(() => sender.TryExpand(answer.Answer), cancellationToken)
            ?? throw Refuse(leader, "answer", "its length, an element or its consistency check is wrong");
        await leader.SendAsync(new VoleSums(sums), cancellationToken);

        VoleChallenge challenge = await leader.ReceiveAsync<VoleChallenge>(cancellationToken);
        ReadOnlyMemory<byte> proof = await Task.Run(() => sender.TryProve(challenge.Challenge.Span), cancellationToken)
            ?? throw Refuse(leader, "challenge", "its length is wrong");
        await leader.SendAsync(new VoleProof(proof), cancellationToken);

        await ReceiveTableAsync(session, sender, cancellationToken);
        await leader.SendAsync(new VoleWord(sender.Open()), cancellationToken);

        Action<int> done = session.Counter(AlignmentStep.OwnValues, items.Length / ItemSize);
        var values = new OprfValues(session, session.Role.Self, items.Length / ItemSize);
        try
        {
            await Task.Run(() => sender.Evaluate(items.Span, values.Items, values.Pads, values.Announcements, cancellationToken), cancellationToken);
            done(values.Count);
            return values;
        }
        catch
        {
            values.Dispose();
            throw;
        }
    }

    private static async Task ReceiveAsync(
        Channel follower, byte[] id, ReadOnlyMemory<byte> items, Func<OprfValues> createValues, CancellationToken cancellationToken)
    {
        using VoleOprfReceiver receiver = await Task.Run(() => new VoleOprfReceiver(id, items), cancellationToken);
        VoleRequest request = await follower.ReceiveAsync<VoleRequest>(cancellationToken);
        ReadOnlyMemory<byte> answer = await Task.Run(() => receiver.TryAnswer(request.Request.Span), cancellationToken)
            ?? throw Refuse(follower, "request", "an element is the identity or not a canonical encoding");
        await follower.SendAsync(new VoleAnswer(answer), cancellationToken);

        VoleSums sums = await follower.ReceiveAsync<VoleSums>(cancellationToken);
        ReadOnlyMemory<byte> challenge = await Task.Run(() => receiver.TryExpand(sums.Sums), cancellationToken)
            ?? throw Refuse(follower, "sums", "their length is wrong");
        await follower.SendAsync(new VoleChallenge(challenge), cancellationToken);

        VoleProof proof = await follower.ReceiveAsync<VoleProof>(cancellationToken);
        if (!await Task.Run(() => receiver.TryEncode(proof.Proof.Span, cancellationToken), cancellationToken))
        {
            throw Refuse(follower, "proof", "it does not fit the sums that were sent");
        }

        byte[] chunk = new byte[AlignmentLimits.ChunkElements * AlignmentLimits.VoleBlockSize];
        foreach ((int first, int count) in Chunks.Of(receiver.Slots))
        {
            Memory<byte> slots = chunk.AsMemory(0, count * AlignmentLimits.VoleBlockSize);
            receiver.CopySlots(first, slots.Span);
            await follower.SendAsync(new VoleTable(receiver.Header, first, slots), cancellationToken);
        }

        VoleWord word = await follower.ReceiveAsync<VoleWord>(cancellationToken);
        if (!receiver.TryOpen(word.Word.Span))
        {
            throw Refuse(follower, "word", "it is not the one that was committed to");
        }

        // Not before: they take over the memory of what the exchange is done with.
        OprfValues values = createValues();
        await Task.Run(() => receiver.Evaluate(values.Items, values.Pads, values.Announcements, cancellationToken), cancellationToken);
    }

    private static async Task ReceiveTableAsync(AlignmentSession session, VoleOprfSender sender, CancellationToken cancellationToken)
    {
        Channel leader = session.To(session.Role.Leader);
        Action<int> done = session.Counter(AlignmentStep.Oprf, sender.Slots);
        ReadOnlyMemory<byte> header = default;
        for (int received = 0; received < sender.Slots;)
        {
            using BorrowedMessage<VoleTable> borrowed = await leader.BorrowAsync<VoleTable>(cancellationToken);
            VoleTable chunk = borrowed.Message;
            int count = chunk.Slots.Length / AlignmentLimits.VoleBlockSize;
            Chunks.Check(new PeerStep(leader.Peer, "vole table"), chunk.First, count, received, sender.Slots);
            if (received == 0)
            {
                header = chunk.Header;
                sender.Begin(header.Span);
            }
            else if (!chunk.Header.Span.SequenceEqual(header.Span))
            {
                throw Refuse(leader, "table", "the seed or the word changes within the table");
            }

            sender.Load(chunk.Slots.Span);
            received += count;
            done(count);
        }
    }

    private static byte[] SessionOf(AlignmentSession session, PartyId follower) =>
        KeyDerivation.HashInputs("vfl/v1/psi/vole/session", session.Id, Inputs.Of(follower.Value));

    private static PeerProtocolException Refuse(Channel peer, string message, string problem) =>
        new PeerStep(peer.Peer, "vole " + message).Refuse(problem);
}
