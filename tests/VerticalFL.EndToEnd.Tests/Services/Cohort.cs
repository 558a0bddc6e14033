using System.Globalization;
using System.Text;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>Three small tables whose identifiers and values can be recognised wherever they turn up.</summary>
internal static class Cohort
{
    public const int Patients = 160;

    public static string Identifier(int patient) => $"patient-{patient * 7919 % 100003:D6}-x";

    public static string Value(int patient, int column) =>
        (Math.Sin((patient + 1) * (column + 3) * 12.9898) * 43.7585453).ToString("0.000000", CultureInfo.InvariantCulture);

    public static string Table(string party)
    {
        var text = new StringBuilder(party == "hospital" ? "patient_id,age,stage,label\n" : $"patient_id,{party}_a,{party}_b,{party}_c\n");
        int offset = party.Length * 10;
        for (int p = 0; p < Patients; p++)
        {
            string[] values = [.. Enumerable.Range(0, party == "hospital" ? 2 : 3).Select(c => Value(p, offset + c))];
            string label = party == "hospital" ? $",{((p * 13 % 29) < 14 ? 1 : 0)}" : "";
            text.Append(CultureInfo.InvariantCulture, $"{Identifier(p)},{string.Join(',', values)}{label}\n");
        }

        return text.ToString();
    }

    public static string Study(int epochs = 3, int maxRuns = 2, string name = "mortality", string more = "") => $$"""
        {
          "name": "{{name}}", "purpose": "quality assurance", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary",
          "labels": { "disclosedTo": ["lab", "pharmacy"] }, "maxRuns": {{maxRuns}}, "training": { "epochs": {{epochs}}, "batch": 32,
          "earlyStopping": { "validation": 0.2, "patience": 100000 } },
          "privacy": { "release": ["progress", "validationLoss", "throughput"] }, "evaluation": { "compareAlone": false }{{more}}
        }
        """;
}
