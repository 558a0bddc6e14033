using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Tests;

internal static class Party
{
    public static readonly StudyId Study = StudyId.FromBytes(Enumerable.Repeat((byte)7, StudyId.Size).ToArray());

    public static readonly RunId Run = RunId.FromBytes(Enumerable.Repeat((byte)9, RunId.Size).ToArray());

    /// <summary>The leader "hospital" and so many followers.</summary>
    public static PartyId[] Names(int count) => [new("hospital"), .. Enumerable.Range(1, count - 1).Select(i => new PartyId($"party-{i}"))];

    public static ItemSet Items(IEnumerable<string?> ids) =>
        ItemSet.Build(Study, [new IdentifierColumn("patient_id", IdentifierKind.Text)], [[.. ids]]);

    public static AlignmentRole Role(PartyId self, PartyId[] parties, int minimum = 1) => new()
    {
        Self = self,
        Leader = parties[0],
        Parties = parties,
        Study = Study,
        Run = Run,
        Attempt = 1,
        MinimumPatients = minimum,
    };
}
