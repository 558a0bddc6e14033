using System.Globalization;
using System.Text;
using VerticalFL.Agent.Runs;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Losses;

namespace VerticalFL.Agent.Predictions;

/// <summary>
/// Predictions as CSV (RFC 4180, UTF-8, line feeds): the identifier columns as the label party's table has them, then <c>probability</c> of the positive class;
/// <c>class</c> and a <c>probability of CLASS</c> for each; <c>prediction</c> in the outcome's unit; or <c>risk</c>, the log risk. Rows in the table's order.
/// </summary>
internal static class PredictionTable
{
    /// <param name="outcome">How outputs are read.</param>
    /// <param name="outputs">The top's outputs in cohort order.</param>
    /// <param name="table">The label party's table.</param>
    /// <param name="identifiers">Its identifier columns.</param>
    /// <param name="cohort">The table's rows in cohort order.</param>
    /// <param name="without">Feature parties that took no part; where there are some, a last column <c>without</c> names them in each row.</param>
    public static byte[] ToCsv(
        PredictedOutcome outcome, float[] outputs, Table table, IReadOnlyList<IdentifierColumn> identifiers, IReadOnlyList<int> cohort, IReadOnlyList<PartyId> without)
    {
        string[] absent = without.Count == 0 ? [] : [string.Join(' ', without)];
        float[] predictions = Predict(outcome, outputs);
        int width = predictions.Length / cohort.Count;
        Column[] columns = [.. identifiers.Select(i => table.GetColumn(i.Column))];
        var text = new StringBuilder();
        Line(text, [.. columns.Select(c => c.Name), .. Header(outcome), .. absent.Select(_ => "without")]);
        foreach (int place in Enumerable.Range(0, cohort.Count).OrderBy(i => cohort[i]))
        {
            Line(text, [.. columns.Select(c => c.Cells[cohort[place]] ?? ""), .. Values(outcome, predictions.AsSpan(place * width, width)), .. absent]);
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static float[] Predict(PredictedOutcome outcome, float[] outputs)
    {
        if (outcome.Kind == TaskKind.Survival)
        {
            return outputs;
        }

        if (outcome.Kind == TaskKind.Regression)
        {
            return [.. outputs.Select(o => (float)((o * outcome.Scale) + outcome.Mean))];
        }

        var predictions = new float[outputs.Length];
        Loss.ToPredict(outcome.Kind, outcome.Classes.Count, outcome.ReportedOtherwise).Predict(outputs, predictions);
        return predictions;
    }

    private static string[] Header(PredictedOutcome outcome) => outcome.Kind switch
    {
        TaskKind.Binary => ["probability"],
        TaskKind.Multiclass => ["class", .. outcome.Classes.Select(c => $"probability of {c}")],
        TaskKind.Regression => ["prediction"],
        _ => ["risk"],
    };

    private static string[] Values(PredictedOutcome outcome, ReadOnlySpan<float> row)
    {
        string[] numbers = new string[row.Length];
        int best = 0;
        for (int i = 0; i < row.Length; i++)
        {
            numbers[i] = row[i].ToString("R", CultureInfo.InvariantCulture);
            best = row[i] > row[best] ? i : best;
        }

        return outcome.Kind == TaskKind.Multiclass ? [outcome.Classes[best], .. numbers] : numbers;
    }

    private static void Line(StringBuilder text, string[] cells) => text.AppendJoin(',', cells.Select(Quote)).Append('\n');

    private static string Quote(string cell) =>
        cell.AsSpan().ContainsAny(",\"\r\n") || cell.Length != cell.Trim().Length ? $"\"{cell.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : cell;
}
