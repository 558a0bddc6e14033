using System.Globalization;
using System.Text;
using VerticalFL.Messages;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>
/// Made-up tables whose identifiers and values can be recognised wherever they turn up: identifiers of 60 random bits, numbers of nine
/// significant digits. <c>sex</c> and <c>stage</c> are the low-entropy columns that no search can tell from chance.
/// </summary>
internal static class RecordedCohort
{
    public const string StudyName = "recorded-consortium";

    private const int Patients = 330;
    private const string Letters = "abcdefghjkmnpqrstuvwxyz234567890";

    public static readonly PartyId Hospital = new("hospital");
    public static readonly PartyId Lab = new("lab");
    public static readonly PartyId Pharmacy = new("pharmacy");

    public static PartyId[] Parties => [Hospital, Lab, Pharmacy];

    public static void Write(string folder)
    {
        var random = new Random(20260721);
        string[] ids = [.. Enumerable.Range(0, Patients).Select(_ => "Pt-" + new string([.. Enumerable.Range(0, 12).Select(_ => Letters[random.Next(Letters.Length)])]))];
        double[] risk = [.. ids.Select(_ => Gaussian(random))];
        WriteTable(folder, Hospital, random, ids, 0, 280, ["age_at_entry", "pulse", "creatinine"], risk, labelled: true);
        WriteTable(folder, Lab, random, ids, 30, 310, ["gene_a", "gene_b", "gene_c", "gene_d", "gene_e"], risk, labelled: false);
        WriteTable(folder, Pharmacy, random, ids, 0, 330, ["dose_a", "dose_b", "dose_c", "dose_d"], risk, labelled: false);
        File.WriteAllText(Path.Combine(folder, "study.json"), $$"""
            { "name": "{{StudyName}}", "purpose": "look for leaks", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"],
              "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] }, "seed": 11,
              "model": { "cut": 8 }, "training": { "epochs": 4, "batch": 48 }, "checkpoints": { "everySteps": 4 } }
            """);
    }

    private static void WriteTable(
        string folder, PartyId party, Random random, string[] ids, int first, int end, string[] columns, double[] risk, bool labelled)
    {
        int[] rows = [.. Enumerable.Range(first, end - first)];
        random.Shuffle(rows);
        var text = new StringBuilder("patient_id,sex,stage,").AppendJoin(',', columns).AppendLine(labelled ? ",label" : "");
        foreach (int row in rows)
        {
            text.Append(ids[row]).Append(CultureInfo.InvariantCulture, $",{random.Next(2)},{random.Next(1, 5)}");
            foreach (string _ in columns)
            {
                // Around 60: far from the magnitudes of gradients and standardised values, so that no float32 fits two of them.
                double value = 60 + (9 * risk[row]) + (12 * Gaussian(random));
                text.Append(',').Append(value.ToString("F7", CultureInfo.InvariantCulture));
            }

            if (labelled)
            {
                text.Append(risk[row] + (0.5 * Gaussian(random)) > 0.2 ? ",1" : ",0");
            }

            text.AppendLine();
        }

        File.WriteAllText(Path.Combine(folder, $"{party}.csv"), text.ToString());
    }

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
