// Who is absent from a step of the training.
// What:        every feature party sends every other 32 secret bytes; key = HKDF-SHA256(ikm = all contributions in ordinal order of the parties, salt = study id,
//              info "vfl/v1/absence"); group g of the study's groups is absent from step s if the first 64 bits (big endian) of
//              HMAC-SHA256(key, I64(s) || g) are below floor(rate * 2^64).
// Reference:   Sun et al. 2023, "Robust and IP-Protecting Vertical Federated Learning against Unexpected Quitting of Parties" (party-wise dropout); Neverova et
//              al. 2016, "ModDrop", section 3.3: what is absent is zero, and what is present is not scaled up, since in use nothing will do so either.
// Parameters:  rate up to 0.9; the contributions are of the parties' sealed seeds, so that every attempt draws alike and a run repeats.
// Adversary:   the label party, which gets the same number of equally random bytes whoever is absent. It is told by a feature party that works together with it, and
//              may guess from how a sum lies beside others.
using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>Which feature parties are absent from each step: drawn alike by all of them, and not by the label party. Disposing zeroes the key.</summary>
internal sealed class PartyAbsence : IDisposable
{
    private readonly SecretKey _key;
    private readonly IReadOnlyList<IReadOnlyList<PartyId>> _groups;
    private readonly ulong _below;

    private PartyAbsence(Study study, SecretKey key)
    {
        _key = key;
        _groups = study.Evaluation.Contributions;
        _below = (ulong)(study.Training.PartyDropout * 18446744073709551616.0);
    }

    /// <summary>Agrees on the seed with every other feature party; null where the study lets nobody be absent.</summary>
    /// <param name="context">The training; with its contribution.</param>
    /// <param name="others">Channels that end at the other feature parties.</param>
    /// <param name="cancellationToken">Ends the exchange.</param>
    public static async Task<PartyAbsence?> AgreeAsync(TrainingContext context, IReadOnlyDictionary<PartyId, Channel> others, CancellationToken cancellationToken)
    {
        if (context.Study.Training.PartyDropout == 0)
        {
            return null;
        }

        if (context.AbsenceContribution.Length != AbsenceContribution.Size)
        {
            throw new ArgumentException($"A study with training.partyDropout needs {AbsenceContribution.Size} bytes to draw absence from.", nameof(context));
        }

        foreach (Channel channel in others.OrderBy(o => o.Key).Select(o => o.Value))
        {
            await channel.SendAsync(new AbsenceContribution { Contribution = context.AbsenceContribution }, cancellationToken);
        }

        var contributions = new SortedDictionary<PartyId, ReadOnlyMemory<byte>> { [context.Self] = context.AbsenceContribution };
        foreach ((PartyId peer, Channel channel) in others)
        {
            contributions[peer] = (await channel.ReceiveAsync<AbsenceContribution>(cancellationToken)).Contribution;
        }

        return Of(context.Study, context.StudyId, contributions);
    }

    /// <summary>Draws from every feature party's contribution.</summary>
    public static PartyAbsence Of(Study study, StudyId id, IReadOnlyDictionary<PartyId, ReadOnlyMemory<byte>> contributions)
    {
        byte[] material = [.. contributions.OrderBy(c => c.Key).SelectMany(c => c.Value.ToArray())];
        try
        {
            return new PartyAbsence(study, SecretKey.Derive(material, id.ToBytes(), KeyLabels.Absence, SHA256.HashSizeInBytes));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(material);
        }
    }

    /// <summary>A hash by which a checkpoint knows that the same parties are absent from the same steps.</summary>
    public byte[] Hash => SHA256.HashData(_key.Bytes);

    /// <summary>Whether a party is absent from a step.</summary>
    public bool IsAbsent(PartyId party, long step)
    {
        Span<byte> place = stackalloc byte[sizeof(long) + 1];
        BinaryPrimitives.WriteInt64BigEndian(place, step);
        place[^1] = (byte)GroupOf(party);
        Span<byte> drawn = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key.Bytes, place, drawn);
        return BinaryPrimitives.ReadUInt64BigEndian(drawn) < _below;
    }

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    private int GroupOf(PartyId party)
    {
        int group = 0;
        while (!_groups[group].Contains(party))
        {
            group++;
        }

        return group;
    }
}
