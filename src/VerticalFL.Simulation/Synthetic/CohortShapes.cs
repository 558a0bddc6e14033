using VerticalFL.Data.Preprocessing;

namespace VerticalFL.Simulation.Synthetic;

/// <summary>The consortia that can be made up, as tables.</summary>
internal static class CohortShapes
{
    private const int Hospital = 0;
    private const int Lab = 1;
    private const int Pharmacy = 2;

    private static readonly string[] NoYes = ["0", "1"];

    /// <summary>
    /// Clinic, three omics blocks and prescriptions. Signals: 0 clinic, 1 transcriptome, 2 proteome, 3 metabolome, 4 prescriptions. Every party
    /// holds a part of the log odds that no other party has.
    /// </summary>
    public static CohortShape MultiOmics(SyntheticOptions options)
    {
        int common = (int)Math.Round(options.Patients * options.Overlap, MidpointRounding.AwayFromZero);
        int[] known = new int[8];
        known[7] = common;
        for (int i = 0; i < options.Patients - common; i++)
        {
            known[1 + (i % 6)]++;
        }

        return new CohortShape
        {
            Name = "multi-omics",
            Known = known,
            Train = (int)Math.Round(common * 0.7, MidpointRounding.AwayFromZero),
            Outcome = OutcomeKind.Binary,
            Weights = [3.8, 3, 2, 1.6, 2.4],
            Base = -0.6,
            Preset = "omics",
            Batch = 64,
            Columns =
            [
                Number(Hospital, "age", 0, 0.55, 62, 11, 0, 0, 18),
                Category(Hospital, "sex", 0, 0, 0, ["female", "male"], [0.52, 0.48]),
                Number(Hospital, "bmi", 0, 0.2, 27, 4.6, 1, 0.06, 14),
                Number(Hospital, "systolic_bp", 0, 0.25, 133, 18, 0, 0.03, 70),
                Category(Hospital, "smoking", 0, 0.4, 0.08, ["never", "former", "current"], [0.5, 0.32, 0.18]),
                Category(Hospital, "tumor_stage", 0, 0.85, 0.04, ["I", "II", "III", "IV"], [0.32, 0.34, 0.22, 0.12]),
                Category(Hospital, "ecog", 0, 0.75, 0.02, ["0", "1", "2", "3"], [0.45, 0.33, 0.16, 0.06]),
                Number(Hospital, "albumin", 0, -0.6, 3.8, 0.5, 1, 0.12, 1),
                Category(Hospital, "site", 0, 0, 0, ["breast", "colon", "lung", "ovary", "skin"], [0.31, 0.24, 0.22, 0.13, 0.1]),
                .. Block(Lab, "rna", 1, options.Features, 7, 1.6, 0),
                .. Block(Lab, "prot", 2, options.Features, 0, 1, 0.04),
                .. Block(Lab, "met", 3, options.Features, 2, 0.9, 0.09),
                Number(Pharmacy, "drug_count", 4, 0.7, 5, 2.4, 0, 0.01, 0),
                Number(Pharmacy, "adherence", 4, -0.8, 0.78, 0.15, 2, 0.1, 0) with { Most = 1 },
                Skewed(Pharmacy, "refill_gap_days", 4, 0.5, 6, 0.8, 0, 0.15),
                Skewed(Pharmacy, "opioid_days", 4, 0.65, 9, 1, 0, 0.05),
                Category(Pharmacy, "anticoagulant", 4, 0.45, 0, NoYes, [0.7, 0.3]),
                Category(Pharmacy, "statin", 4, 0.2, 0, NoYes, [0.6, 0.4]),
                Category(Pharmacy, "metformin", 4, 0.25, 0, NoYes, [0.8, 0.2]),
                Category(Pharmacy, "regimen", 4, 0.4, 0.05, ["none", "hormone", "platinum", "targeted", "combined"], [0.3, 0.25, 0.2, 0.15, 0.1]),
            ],
        };
    }

    /// <summary>A double of a public data set.</summary>
    public static CohortShape Twin(SyntheticTwin twin) => twin switch
    {
        SyntheticTwin.Support2 => Support2(),
        SyntheticTwin.TcgaBrca => TcgaBrca(),
        SyntheticTwin.Metabric => Metabric(),
        _ => throw new ArgumentOutOfRangeException(nameof(twin)),
    };

    private static CohortShape Support2() => new()
    {
        Name = "support2-twin",
        Known = [0, 84, 84, 737, 84, 737, 737, 6637],
        Train = 4660,
        Outcome = OutcomeKind.Binary,
        Weights = [2.1, 1.1, 1.3],
        Base = -2.1,
        Preset = "clinical",
        Batch = 256,
        Columns =
        [
            Number(Hospital, "age", 0, 0.2, 62.6, 15.6, 3, 0, 18),
            Category(Hospital, "sex", 0, 0, 0, ["female", "male"], [0.44, 0.56]),
            Category(Hospital, "race", 0, 0, 0.005, ["white", "black", "hispanic", "other", "asian"], [0.795, 0.152, 0.032, 0.012, 0.009]),
            Category(
                Hospital, "dzgroup", 0, 0.6, 0,
                ["COPD", "CHF", "Colon Cancer", "Cirrhosis", "Lung Cancer", "ARF/MOSF w/Sepsis", "Coma", "MOSF w/Malig"],
                [0.108, 0.151, 0.056, 0.056, 0.101, 0.386, 0.063, 0.079]),
            Category(Hospital, "dzclass", 0, 0.5, 0, ["Cancer", "COPD/CHF/Cirrhosis", "ARF/MOSF", "Coma"], [0.156, 0.315, 0.466, 0.063]),
            Number(Hospital, "scoma", 0, 0.7, 12, 24, 0, 0.0002, 0),
            Number(Hospital, "meanbp", 0, -0.35, 84.5, 27.8, 0, 0.0002, 0),
            Number(Hospital, "hrt", 0, 0.3, 97, 31, 0, 0.0002, 0),
            Number(Hospital, "resp", 0, 0.2, 23.4, 9.5, 0, 0.0002, 0),
            Number(Hospital, "temp", 0, 0.1, 37.1, 1.25, 5, 0.0002, 30),
            Skewed(Hospital, "hday", 0, 0.2, 2, 1.1, 0, 0),
            Skewed(Lab, "wblc", 1, 0.3, 10.6, 0.6, 5, 0.024),
            Number(Lab, "pafi", 1, -0.5, 240, 110, 1, 0.254, 12),
            Number(Lab, "alb", 1, -0.5, 2.95, 0.8, 6, 0.371, 0.4),
            Skewed(Lab, "bili", 1, 0.5, 0.9, 1, 6, 0.286),
            Skewed(Lab, "crea", 1, 0.5, 1.2, 0.6, 6, 0.008),
            Number(Lab, "sod", 1, 0.1, 138, 6, 0, 0.0002, 110),
            Number(Lab, "ph", 1, -0.4, 7.42, 0.08, 6, 0.25, 6.8),
            Skewed(Lab, "glucose", 1, 0.2, 135, 0.5, 0, 0.493),
            Skewed(Lab, "bun", 1, 0.6, 23, 0.8, 0, 0.476),
            Skewed(Lab, "urine", 1, -0.5, 1970, 0.7, 0, 0.533),
            Number(Pharmacy, "num.co", 2, 0.3, 1.9, 1.35, 0, 0, 0),
            Category(Pharmacy, "diabetes", 2, 0.1, 0, NoYes, [0.805, 0.195]),
            Category(Pharmacy, "dementia", 2, 0.2, 0, NoYes, [0.968, 0.032]),
            Category(Pharmacy, "ca", 2, 0.5, 0, ["no", "yes", "metastatic"], [0.658, 0.138, 0.204]),
            Number(Pharmacy, "edu", 2, 0, 11.7, 3.45, 0, 0.178, 0),
            Category(Pharmacy, "income", 2, -0.1, 0.327, ["under $11k", "$11-$25k", "$25-$50k", ">$50k"], [0.467, 0.249, 0.171, 0.113]),
            Number(Pharmacy, "adlp", 2, 0.6, 1.2, 1.7, 0, 0.62, 0),
            Number(Pharmacy, "adls", 2, 0.7, 1.6, 2.2, 0, 0.314, 0),
        ],
    };

    // Class i shifts signal i; columns take turns.
    private static CohortShape TcgaBrca() => new()
    {
        Name = "tcga-brca-twin",
        Known = [0, 0, 0, 70, 0, 0, 0, 150],
        Train = 104,
        OtherSplit = "test_noprotein",
        Outcome = OutcomeKind.Multiclass,
        Weights = [2.9, 2.5, 2.7],
        Preset = "omics",
        Batch = 32,
        Columns =
        [
            .. Enumerable.Range(0, 184).Select(i => Number(Hospital, $"hsa-mir-{i + 1}", i % 3, 0.35, 8, 2.2, 5, 0, 0)),
            .. Enumerable.Range(0, 200).Select(i => Number(Lab, $"GENE{i + 1}", i % 3, 0.5, 5.5, 1.3, 6, 0, 0)),
            .. Enumerable.Range(0, 142).Select(i => Number(Pharmacy, $"Protein-{i + 1}_pS{(i * 7) + 3}", i % 3, 0.45, 0, 0.7, 7, 0)),
        ],
    };

    private static CohortShape Metabric() => new()
    {
        Name = "metabric-twin",
        Known = [0, 18, 18, 159, 18, 159, 159, 1378],
        Train = 1105,
        Outcome = OutcomeKind.Survival,
        Weights = [0.6, 0.45, 0.35],
        Base = 110,
        Preset = "clinical",
        Batch = 256,
        Columns =
        [
            Number(Hospital, "age", 0, 0.75, 61.2, 13, 2, 0, 21),
            Category(Hospital, "radiotherapy", 0, -0.4, 0, NoYes, [0.395, 0.605]),
            Number(Lab, "MKI67", 1, 0.55, 6.2, 0.86, 6, 0),
            Number(Lab, "EGFR", 1, 0.3, 6.2, 1.03, 6, 0),
            Number(Lab, "PGR", 1, -0.5, 10.8, 1.35, 5, 0),
            Number(Lab, "ERBB2", 1, 0.4, 5.9, 0.34, 6, 0),
            Category(Lab, "er_positive", 1, -0.5, 0, NoYes, [0.24, 0.76]),
            Category(Pharmacy, "hormone_treatment", 2, -0.5, 0, NoYes, [0.378, 0.622]),
            Category(Pharmacy, "chemotherapy", 2, 0.7, 0, NoYes, [0.796, 0.204]),
        ],
    };

    // Of seven features in a block one shows the signal clearly, two weakly and four not at all, up and down in turn.
    private static IEnumerable<SyntheticColumn> Block(
        int party, string prefix, int signal, int features, double center, double spread, double missing) =>
        Enumerable.Range(0, features).Select(i =>
        {
            double loading = (i % 7) switch { 0 => 0.8, 1 or 4 => 0.55, _ => 0 };
            return Number(party, $"{prefix}_{i + 1:000}", signal, i % 2 == 0 ? loading : -loading, center, spread, 4, missing);
        });

    private static SyntheticColumn Number(
        int party, string name, int signal, double loading, double center, double spread, int decimals, double missing,
        double least = double.NegativeInfinity) =>
        new(party, name, signal, loading) { Center = center, Spread = spread, Decimals = decimals, Missing = missing, Least = least };

    private static SyntheticColumn Skewed(
        int party, string name, int signal, double loading, double median, double spread, int decimals, double missing) =>
        new(party, name, signal, loading) { Center = median, Spread = spread, Decimals = decimals, Missing = missing, Skewed = true };

    private static SyntheticColumn Category(
        int party, string name, int signal, double loading, double missing, string[] levels, double[] shares) =>
        new(party, name, signal, loading) { Levels = levels, Shares = shares, Missing = missing };
}
