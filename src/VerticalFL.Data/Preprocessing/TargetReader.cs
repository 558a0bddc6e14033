using System.Globalization;

namespace VerticalFL.Data.Preprocessing;

/// <summary>Reads outcomes, and refuses those that no model can be trained on.</summary>
public static class TargetReader
{
    /// <summary>The most classes: 100. More are more likely a number or an identifier.</summary>
    public const int MaximumClasses = 100;

    /// <summary>Reads the outcomes of some rows.</summary>
    /// <param name="table">The label party's table.</param>
    /// <param name="columns">Where the outcome stands.</param>
    /// <param name="rows">The rows wanted, in this order; row numbers of the table, from 0.</param>
    /// <param name="trainingRows">Those of them that train: they alone define the classes.</param>
    /// <exception cref="DataException">
    /// A column or value is missing, a value is no number or negative where it must not be, the training rows have one class only or no event.
    /// </exception>
    public static Targets Read(Table table, OutcomeColumns columns, IReadOnlyList<int> rows, IReadOnlyList<int> trainingRows)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(trainingRows);
        return columns.Kind switch
        {
            OutcomeKind.Binary => ReadBinary(table, columns, rows, trainingRows),
            OutcomeKind.Multiclass => ReadMulticlass(table, columns, rows, trainingRows),
            OutcomeKind.Regression =>
                ReadRegression(table, columns, rows, trainingRows),
            OutcomeKind.Survival => ReadSurvival(table, columns, rows, trainingRows),
            _ => throw new ArgumentOutOfRangeException(nameof(columns)),
        };
    }

    private static Targets ReadBinary(Table table, OutcomeColumns columns, IReadOnlyList<int> rows, IReadOnlyList<int> trainingRows)
    {
        Column column = table.GetColumn(columns.Label);
        string? other = null;
        float[] values = new float[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            string cell = Cell(table, column, rows[i]);
            values[i] = Same(cell, columns.Positive) ? 1 : 0;
            if (values[i] == 0 && !Same(cell, other ??= cell))
            {
                throw new DataException(
                    table.Source, table.LineOf(rows[i]), column.Name,
                    $"besides the positive value '{columns.Positive}' there are at least two others; recode the outcome to two values, or make the task multiclass.");
            }
        }

        int positives = trainingRows.Count(r => Same(Cell(table, column, r), columns.Positive));
        if (positives == 0 || positives == trainingRows.Count)
        {
            throw new DataException(
                table.Source, null, column.Name,
                $"{(positives == 0 ? "no" : "every")} training row has the positive value '{columns.Positive}'; check the study's task.positive and the cohort.");
        }

        return new Targets(columns.Kind, values, null, [other!, columns.Positive]);
    }

    private static Targets ReadMulticlass(Table table, OutcomeColumns columns, IReadOnlyList<int> rows, IReadOnlyList<int> trainingRows)
    {
        Column column = table.GetColumn(columns.Label);
        string[] classes = [.. trainingRows.Select(r => Cell(table, column, r)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        if (classes.Length is < 2 or > MaximumClasses)
        {
            throw new DataException(
                table.Source, null, column.Name,
                $"the training rows have {(classes.Length == 1 ? "1 class" : $"{classes.Length} classes")} and a task needs 2 to {MaximumClasses}; check the column, or make the task regression.");
        }

        // Classes that are numbers keep the numbers' order: 2 before 10.
        if (classes.All(c => double.TryParse(c, NumberStyles.Float, CultureInfo.InvariantCulture, out _)))
        {
            classes = [.. classes.OrderBy(c => double.Parse(c, NumberStyles.Float, CultureInfo.InvariantCulture))];
        }

        Dictionary<string, int> index = new(StringComparer.Ordinal);
        foreach (string name in classes)
        {
            index.Add(name, index.Count);
        }

        float[] values = new float[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            values[i] = index.TryGetValue(Cell(table, column, rows[i]), out int number) ? number : throw new DataException(
                table.Source, table.LineOf(rows[i]), column.Name, "no training row has this class; merge rare classes, or split so that training sees all.");
        }

        return new Targets(columns.Kind, values, null, classes);
    }

    private static Targets ReadRegression(Table table, OutcomeColumns columns, IReadOnlyList<int> rows, IReadOnlyList<int> trainingRows)
    {
        Column column = table.GetColumn(columns.Label);
        float[] training = ReadNumbers(table, column, trainingRows, smallest: null);
        return training.Any(v => v != training[0])
            ? new Targets(columns.Kind, ReadNumbers(table, column, rows, smallest: null), null, [])
            : throw new DataException(
                table.Source, null, column.Name, "all training rows have the same outcome, so there is nothing to learn; check the column and the cohort.");
    }

    private static Targets ReadSurvival(Table table, OutcomeColumns columns, IReadOnlyList<int> rows, IReadOnlyList<int> trainingRows)
    {
        float[] times = ReadNumbers(table, table.GetColumn(columns.Time), rows, smallest: 0);
        Column column = table.GetColumn(columns.Event);
        bool[] events = [.. rows.Select(r => Event(table, column, r))];
        if (!trainingRows.Any(r => Event(table, column, r)))
        {
            throw new DataException(table.Source, null, column.Name, "no training row has an event (1); check the column and the cohort.");
        }

        return new Targets(columns.Kind, times, events, []);
    }

    private static float[] ReadNumbers(Table table, Column column, IReadOnlyList<int> rows, double? smallest)
    {
        float[] values = new float[rows.Count];
        for (int i = 0; i < rows.Count; i++)
        {
            _ = Cell(table, column, rows[i]);
            double value = column.Numbers.Values[rows[i]];
            values[i] = (float)value;
            if (!float.IsFinite(values[i]) || value < smallest)
            {
                throw new DataException(
                    table.Source, table.LineOf(rows[i]), column.Name,
                    smallest is null ? "the outcome is no finite number; mend it, or change the study's task." : "the follow-up time is no number from 0 on; mend it.");
            }
        }

        return values;
    }

    private static bool Event(Table table, Column column, int row) => Cell(table, column, row) switch
    {
        string cell when Same(cell, "1") || cell.Equals("true", StringComparison.OrdinalIgnoreCase) => true,
        string cell when Same(cell, "0") || cell.Equals("false", StringComparison.OrdinalIgnoreCase) => false,
        _ => throw new DataException(
            table.Source, table.LineOf(row), column.Name, "an event is 1 (it happened) or 0 (censored) and nothing else; recode the column."),
    };

    private static string Cell(Table table, Column column, int row) =>
        column.Cells[row] ?? throw new DataException(
            table.Source, table.LineOf(row), column.Name, "the outcome is missing; fill it in, or take the row out of the file.");

    // 1 and 1.0 are the same answer: spreadsheets and data frames turn one into the other.
    private static bool Same(string a, string b) =>
        a == b
        || (double.TryParse(a, NumberStyles.Float, CultureInfo.InvariantCulture, out double x)
            && double.TryParse(b, NumberStyles.Float, CultureInfo.InvariantCulture, out double y) && x == y);
}
