using System.Globalization;
using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Simulation.Drafting;

/// <summary>What kind of outcome a column holds, told by its values, and why.</summary>
/// <param name="Task">The task of the study.</param>
/// <param name="Reason">Why, in one sentence.</param>
internal sealed record OutcomeGuess(TaskSettings Task, string Reason)
{
    /// <summary>More whole numbers than these are a quantity and no classes.</summary>
    private const int MostNumberedClasses = 10;

    private static readonly string[] PositiveWords = ["1", "true", "yes", "y", "t", "positive", "pos", "dead", "died", "deceased", "death", "event", "case"];

    private static readonly string[] TimeWords = ["time", "months", "days", "years", "survival", "duration", "followup", "os", "pfs"];

    private static readonly string[] EventValues = ["0", "1", "0.0", "1.0", "true", "false"];

    /// <exception cref="DataException">There is no such column, or no task fits its values.</exception>
    public static OutcomeGuess Of(Table table, DraftRequest request)
    {
        Column column = table.GetColumn(request.Label);
        string[] values = Distinct(column);
        if (values.Length < 2)
        {
            throw new DataException(table.Source, null, column.Name, "the column holds fewer than two different values, so there is nothing to learn; name another with --label.");
        }

        bool numbers = values.All(v => NumberOf(v) is not null);
        if (request.Task == TaskKind.Survival || request.Event is not null || (request.Task is null && numbers && values.Length > 2 && LooksLikeTime(table, column.Name)))
        {
            return Survival(table, column, request.Event);
        }

        TaskKind kind = request.Task
            ?? (values.Length == 2 ? TaskKind.Binary
                : numbers && (values.Any(v => !double.IsInteger(NumberOf(v)!.Value)) || values.Length > MostNumberedClasses) ? TaskKind.Regression
                : TaskKind.Multiclass);
        return kind switch
        {
            TaskKind.Binary => Binary(table, column, values, request.Positive),
            TaskKind.Regression when !numbers => throw new DataException(
                table.Source, table.LineOf(Enumerable.Range(0, table.RowCount).First(r => column.Cells[r] is { } cell && NumberOf(cell) is null)), column.Name, "the cell is no number, so the outcome is none either; mend it, or say --task multiclass."),
            TaskKind.Regression => new OutcomeGuess(
                new TaskSettings { Kind = kind, Label = column.Name }, $"'{column.Name}' holds {values.Length} different numbers, so a number is predicted (regression)."),
            _ when values.Length > TargetReader.MaximumClasses => throw new DataException(
                table.Source, null, column.Name, $"the column holds {values.Length} different texts, more than the {TargetReader.MaximumClasses} classes that a task may have; name another with --label."),
            _ => new OutcomeGuess(
                new TaskSettings { Kind = kind, Label = column.Name },
                $"'{column.Name}' holds {values.Length} values, so one of {values.Length} classes is predicted (multiclass); say --task regression if they are a quantity."),
        };
    }

    private static OutcomeGuess Survival(Table table, Column time, string? named)
    {
        if (named is null && !table.TryGetColumn("event", out _))
        {
            throw new DataException(table.Source, null, time.Name, "a survival outcome needs a second column that says whether the event happened (1) or not (0); name it with --event.");
        }

        Column happened = table.GetColumn(named ?? "event");
        if (Distinct(happened).FirstOrDefault(v => !EventValues.Contains(v.ToLowerInvariant())) is { } other)
        {
            throw new DataException(table.Source, null, happened.Name, $"an event is 1 (it happened) or 0 (censored), and here stands '{Shown(other)}'; recode the column, or name another with --event.");
        }

        return new OutcomeGuess(
            new TaskSettings { Kind = TaskKind.Survival, Time = time.Name, Event = happened.Name },
            $"'{time.Name}' is a time and '{happened.Name}' says whether the event came, so the risk of the event is predicted (survival).");
    }

    private static OutcomeGuess Binary(Table table, Column column, string[] values, string? named)
    {
        if (values.Length != 2)
        {
            throw new DataException(table.Source, null, column.Name, $"the column holds {values.Length} different values and a binary outcome has two; recode it, or leave out --task.");
        }

        if (named is not null && !values.Contains(named))
        {
            throw new DataException(table.Source, null, column.Name, $"no cell holds '{Shown(named)}'; the values are '{Shown(values[0])}' and '{Shown(values[1])}'.");
        }

        string[] likely = [.. values.Where(v => PositiveWords.Contains(v.ToLowerInvariant()) || IsOne(v))];
        string rarer = values.MinBy(v => column.Cells.Count(c => c == v))!;
        string positive = named ?? (likely.Length == 1 ? likely[0] : rarer);
        string why = named is not null ? "as you say" : likely.Length == 1 ? "as it reads" : "because it is the rarer one";
        return new OutcomeGuess(
            new TaskSettings { Kind = TaskKind.Binary, Label = column.Name, Positive = IsOne(positive) ? "1" : positive },
            $"'{column.Name}' holds two values, so one of two outcomes is predicted (binary); '{Shown(positive)}' counts as positive, {why}{(named is null ? ": say --positive for the other" : "")}.");
    }

    private static bool LooksLikeTime(Table table, string name) =>
        TimeWords.Any(w => name.Contains(w, StringComparison.OrdinalIgnoreCase) && (w.Length > 3 || name.Equals(w, StringComparison.OrdinalIgnoreCase)))
        && table.TryGetColumn("event", out Column? happened) && Distinct(happened).All(v => EventValues.Contains(v.ToLowerInvariant()));

    private static bool IsOne(string cell) => NumberOf(cell) == 1;

    private static double? NumberOf(string cell) => double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;

    private static string[] Distinct(Column column) => [.. column.Cells.OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    // A cell is foreign text.
    private static string Shown(string cell) => string.Concat(cell.Select(c => char.IsControl(c) ? '?' : c));
}
