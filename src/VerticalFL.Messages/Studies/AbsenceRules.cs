using System.Globalization;

namespace VerticalFL.Messages.Studies;

/// <summary>The rules of studies whose feature parties may be absent, in training steps, when the model is judged, or from a prediction.</summary>
internal static class AbsenceRules
{
    private const double MostDropout = 0.9;
    private const string DropoutPath = "$.training.partyDropout";
    private const string GroupsPath = "$.evaluation.contributions";

    public static void Check(Study study)
    {
        double rate = study.Training.PartyDropout;
        if (rate is not (>= 0 and <= MostDropout))
        {
            throw new StudyException(DropoutPath, string.Create(CultureInfo.InvariantCulture, $"{rate} is out of range; write 0 to {MostDropout}."));
        }

        IReadOnlyList<IReadOnlyList<PartyId>> groups = study.Evaluation.Contributions;
        if (rate == 0 && groups.Count == 0)
        {
            return;
        }

        if (study.Privacy.ReleaseNoise is not null || study.Privacy.DifferentialPrivacy is not null)
        {
            throw new StudyException(
                groups.Count > 0 ? GroupsPath : DropoutPath,
                "rows with noise would be released once for each subset of parties, and the noise would average out; remove it, or the noise.");
        }

        HashSet<PartyId> named = [];
        for (int i = 0; i < groups.Count; i++)
        {
            if (groups[i].Count == 0)
            {
                throw new StudyException($"{GroupsPath}[{i}]", "the group is empty; name a feature party or remove it.");
            }

            foreach (PartyId party in groups[i])
            {
                string? problem = !study.FeatureParties.Contains(party) ? "is not one of the feature parties; remove it."
                    : !named.Add(party) ? "stands here twice; each feature party is in one group."
                    : null;
                if (problem is not null)
                {
                    throw new StudyException($"{GroupsPath}[{i}]", $"'{party}' {problem}");
                }
            }
        }

        if (groups.Count > 0 && study.FeatureParties.FirstOrDefault(p => !named.Contains(p)) is { Value.Length: > 0 } left)
        {
            throw new StudyException(GroupsPath, $"'{left}' is in no group; each feature party is in one.");
        }
    }
}
