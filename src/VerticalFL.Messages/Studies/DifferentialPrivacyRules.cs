using System.Globalization;

namespace VerticalFL.Messages.Studies;

/// <summary>What a study with differential privacy must say, and what it cannot have: whatever depends on many patients at once and gets no noise.</summary>
internal static class DifferentialPrivacyRules
{
    private const string Root = "$.privacy.differentialPrivacy";

    // Sums of a batch are rounded; the largest batch for which that costs at most some percents of noise.
    private const int LargestBatch = 512;

    public static void Check(Study study)
    {
        if (study.Privacy.DifferentialPrivacy is not { } privacy)
        {
            foreach ((PartyId party, PartyData data) in study.Data)
            {
                Require(
                    data.Ranges.Count == 0 && data.Levels.Count == 0, JsonPath.Child("$.data", party.Value),
                    "ranges and levels are for differential privacy, without which the data itself says how columns are scaled; remove them.");
            }

            return;
        }

        Require(privacy.Epsilon is > 0 and <= 1000, Root + ".epsilon", $"{Plain(privacy.Epsilon)} is out of range; write a number above 0, at most 1000.");
        Require(privacy.Delta is > 0 and <= 1e-6, Root + ".delta", $"{Plain(privacy.Delta)} is out of range; write a number above 0, at most 0.000001.");
        Require(
            privacy.ClippingNorm is >= 0.01 and <= 100, Root + ".clippingNorm", $"{Plain(privacy.ClippingNorm)} is out of range; write 0.01 to 100.");
        Require(study.Privacy.ReleaseNoise is null, "$.privacy.releaseNoise", "differentialPrivacy brings its own noise; remove it.");
        Require(
            study.Task.Kind == TaskKind.Binary, "$.task.kind",
            "differentialPrivacy is for binary tasks: elsewhere the loss ties patients together, or its scale or classes come from them all.");
        Require(
            study.Labels is { Protection: LabelProtection.None, DisclosedTo.Count: 0 }, "$.labels",
            "differentialPrivacy covers outcomes as it covers all else; remove protection and disclosedTo.");
        Require(
            study.Training.EarlyStopping.Validation == 0, "$.training.earlyStopping.validation",
            "when to stop would be decided by patients without noise; write \"earlyStopping\": { \"validation\": 0 }.");
        Require(study.Training.ClassWeights == ClassWeights.None, "$.training.classWeights", "the classes' frequencies would be told without noise; write \"none\".");
        Require(study.Training.Staleness == 0, "$.training.staleness", "differentialPrivacy trains step by step; write 0.");
        Require(
            study.Training.Gradients == GradientFormat.Float32, "$.training.gradients", "noise does not fit into half a number; write \"float32\".");
        Require(
            study.Training.Batch <= LargestBatch, "$.training.batch",
            $"with differentialPrivacy a batch has at most {LargestBatch} rows, for the rounding of its sums to count.");
        foreach (PartyId party in study.FeatureParties)
        {
            PartyData? data = study.Data.GetValueOrDefault(party);
            Require(
                data is not null && data.Ranges.Count + data.Levels.Count > 0, JsonPath.Child("$.data", party.Value),
                "name the columns with their \"ranges\" or \"levels\": with differentialPrivacy columns are scaled by what is known without looking at the data.");
        }
    }

    public static void CheckColumns(PartyData data, string path)
    {
        foreach ((string column, ValueRange range) in data.Ranges)
        {
            Require(
                column.Length is >= 1 and <= 128 && double.IsFinite(range.Low) && double.IsFinite(range.High) && range.Low < range.High,
                JsonPath.Child(path + ".ranges", column), "a range goes from a number to a larger one, such as [0, 110].");
            Require(!data.Levels.ContainsKey(column), JsonPath.Child(path + ".levels", column), "a column has a range or levels, not both.");
        }

        foreach ((string column, IReadOnlyList<string> levels) in data.Levels)
        {
            Require(
                column.Length is >= 1 and <= 128 && levels.Count is >= 1 and <= 32 && levels.All(l => l.Length is >= 1 and <= 128 && !l.Any(char.IsControl))
                    && levels.Distinct(StringComparer.Ordinal).Count() == levels.Count,
                JsonPath.Child(path + ".levels", column), "name 1 to 32 different levels.");
        }
    }

    private static string Plain(double value) => value.ToString(CultureInfo.InvariantCulture);

    private static void Require(bool kept, string path, string problem)
    {
        if (!kept)
        {
            throw new StudyException(path, problem);
        }
    }
}
