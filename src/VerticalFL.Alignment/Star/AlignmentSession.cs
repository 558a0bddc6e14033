using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Star;

/// <summary>What all parties of one pass of an alignment agree on, and the hash of it that every key is bound to.</summary>
internal sealed class AlignmentSession
{
    private readonly IReadOnlyDictionary<PartyId, Channel> _channels;
    private readonly IProgress<AlignmentProgress>? _progress;

    public AlignmentSession(
        AlignmentRole role,
        Pass pass,
        IReadOnlyList<int> sizes,
        IReadOnlyDictionary<PartyId, Channel> channels,
        IProgress<AlignmentProgress>? progress)
    {
        Role = role;
        Pass = pass;
        Parties = role.Ordered;
        Sizes = Parties.Zip(sizes).ToDictionary();
        Id = ComputeId(role, pass, Parties, sizes);
        _channels = channels;
        _progress = progress;
    }

    public AlignmentRole Role { get; }

    public Pass Pass { get; }

    /// <summary>The fewest patients that this pass must match for the run to go on.</summary>
    public int FewestPatients => Pass.FewestOf(Role.MinimumPatients);

    /// <summary>The leader, then the followers ordinally.</summary>
    public IReadOnlyList<PartyId> Parties { get; }

    public IEnumerable<PartyId> Followers => Parties.Skip(1);

    public IEnumerable<PartyId> Others => Parties.Where(p => p != Role.Self);

    public bool IsPair => Parties.Count == 2;

    public IReadOnlyDictionary<PartyId, int> Sizes { get; }

    public int LeaderSize => Sizes[Role.Leader];

    public int SmallestSize => Sizes.Values.Min();

    /// <summary>SHA-256 over everything that was agreed in the hello, and the id of the pass before; public, 32 bytes.</summary>
    public byte[] Id { get; }

    public Channel To(PartyId peer) => _channels[peer];

    public void Report(AlignmentStep step, long done, long total) =>
        _progress?.Report(new AlignmentProgress(step, done, total, Pass.Number, Pass.Of));

    /// <summary>A counter of a step to which several tasks add.</summary>
    public Action<int> Counter(AlignmentStep step, long total)
    {
        long done = 0;
        Report(step, 0, total);
        return more => Report(step, Interlocked.Add(ref done, more), total);
    }

    public void CheckId(PartyId peer, string step, ReadOnlyMemory<byte> id)
    {
        if (!id.Span.SequenceEqual(Id))
        {
            throw new PeerProtocolException(peer, step, "it takes part in another session (study, run, attempt, pass, parties or sizes differ)");
        }
    }

    private static byte[] ComputeId(AlignmentRole role, Pass pass, IReadOnlyList<PartyId> parties, IReadOnlyList<int> sizes)
    {
        ReadOnlyMemory<byte>[] inputs =
        [
            Inputs.Of(AlignmentHello.CurrentVersion),
            Inputs.Of(role.Protocol),
            role.Study.ToBytes(),
            role.Run.ToBytes(),
            Inputs.Of(role.Attempt),
            Inputs.Of(role.MinimumPatients),
            Inputs.Of(pass.Number),
            pass.Previous,
            .. parties.Zip(sizes).SelectMany(p => (ReadOnlyMemory<byte>[])[Inputs.Of(p.First.Value), Inputs.Of(p.Second)]),
        ];
        return KeyDerivation.HashInputs("vfl/v1/psi/session", inputs);
    }
}
