using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment;

/// <summary>
/// Who takes part in an alignment, as whom, and under which parameters. All parties must give the same but for <see cref="Self"/>.
/// </summary>
public sealed record AlignmentRole
{
    /// <summary>This party.</summary>
    public required PartyId Self { get; init; }

    /// <summary>The party in the middle of the star: the label party.</summary>
    public required PartyId Leader { get; init; }

    /// <summary>Every party, in any order, the leader and this one among them; 2 to 9.</summary>
    public required IReadOnlyList<PartyId> Parties { get; init; }

    /// <summary>The study; its id separates its identifiers from every other study's.</summary>
    public required StudyId Study { get; init; }

    /// <summary>The run.</summary>
    public required RunId Run { get; init; }

    /// <summary>The attempt within the run, from 1. A restarted alignment is a new attempt.</summary>
    public required int Attempt { get; init; }

    /// <summary>The smallest cohort with which the run goes on, at least 1. Default: 50, as in <see cref="AlignmentSettings"/>.</summary>
    public int MinimumPatients { get; init; } = 50;

    /// <summary>
    /// How many identifiers every party brings, made up with random ones, so that sizes tell nothing. Default: null, each as many as it has.
    /// </summary>
    public int? PadTo { get; init; }

    /// <summary>
    /// The largest set that this party accepts from a peer, in identifiers: its own policy, not agreed with anybody. Default: 2^26, the
    /// protocol's
    /// own limit. A smaller one bounds how many identifiers a peer can guess in one run, and how much memory its set takes here.
    /// </summary>
    public int LargestPeerSet { get; init; } = AlignmentLimits.MaxItems;

    /// <summary>The OPRF of the star. Default: <c>vole</c>, as in <see cref="AlignmentSettings"/>.</summary>
    public string Protocol { get; init; } = "vole";

    /// <summary>
    /// This party's contribution to the key of the common order, 32 bytes that nobody else can guess. Default: drawn by the operating
    /// system, so
    /// that the order differs each time; a party gives one derived from its secret seed so that a study's runs repeat.
    /// </summary>
    public ReadOnlyMemory<byte>? OrderContribution { get; init; }

    /// <summary>The role of a party in a study.</summary>
    public static AlignmentRole Of(Study study, StudyId id, PartyId self, RunId run, int attempt)
    {
        ArgumentNullException.ThrowIfNull(study);
        return new AlignmentRole
        {
            Self = self,
            Leader = study.LabelParty,
            Parties = [.. study.Parties],
            Study = id,
            Run = run,
            Attempt = attempt,
            MinimumPatients = study.Alignment.MinimumPatients,
            PadTo = study.Alignment.PadTo,
            Protocol = study.Alignment.Protocol,
        };
    }

    internal bool IsLeader => Self == Leader;

    /// <summary>The leader, then the others ordinally: the order of every list of parties in the protocol.</summary>
    internal PartyId[] Ordered => [Leader, .. Parties.Where(p => p != Leader).Order()];

    internal void Validate()
    {
        if (Parties.Count is < AlignmentLimits.MinParties or > AlignmentLimits.MaxParties || Parties.Distinct().Count() != Parties.Count)
        {
            throw new ArgumentException(
                $"An alignment takes {AlignmentLimits.MinParties} to {AlignmentLimits.MaxParties} different parties.");
        }

        if (!Parties.Contains(Self) || !Parties.Contains(Leader))
        {
            throw new ArgumentException($"Party '{Self}' and the leader '{Leader}' must both be among the parties of the alignment.");
        }

        if (OrderContribution is { Length: not AlignmentLimits.KeySize })
        {
            throw new ArgumentException($"A contribution to the order has {AlignmentLimits.KeySize} bytes.");
        }

        ArgumentOutOfRangeException.ThrowIfLessThan(Attempt, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(MinimumPatients, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PadTo ?? 0, AlignmentLimits.MaxItems);
    }
}
