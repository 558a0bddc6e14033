using System.Text.Json;
using VerticalFL.Data.Schema;

namespace VerticalFL.Data.Preprocessing;

/// <summary>
/// How a party's columns become features; fitted on training rows only and saved with the model. Numbers: missing ones become the training
/// median, with an indicator; then standardised and clipped. Categories: one-hot. Columns that are constant on the training rows are dropped.
/// Skewed numbers are not transformed: clipping bounds their reach, and the networks here do as well without.
/// </summary>
public sealed class FeatureRecipe
{
    /// <summary>Standardised numbers are cut off at so many standard deviations: 10, so that a slip of the pen cannot saturate the cut layer.</summary>
    public const double Clip = 10;

    /// <summary>The most levels of a category with a feature of their own: 32; rarer ones are "other".</summary>
    public const int MaximumLevels = 32;

    /// <summary>The fewest training rows of a level with a feature of its own: 5, because fewer neither train a weight nor hide a patient.</summary>
    public const int MinimumLevelRows = 5;

    /// <summary>The most features of one party: 262,144.</summary>
    public const int MaximumFeatures = 1 << 18;

    private const int FormatVersion = 1;

    private readonly List<(int Offset, NumberColumn? Number, CategoryColumn? Category)> _plan = [];

    private FeatureRecipe(IReadOnlyList<NumberColumn> numbers, IReadOnlyList<CategoryColumn> categories, IReadOnlyList<DroppedColumn> dropped)
    {
        Numbers = numbers;
        Categories = categories;
        Dropped = dropped;
        int offset = 0;
        foreach (NumberColumn number in numbers)
        {
            _plan.Add((offset, number, null));
            offset += number.Width;
        }

        foreach (CategoryColumn category in categories)
        {
            _plan.Add((offset, null, category));
            offset += category.Width;
        }

        FeatureNames = [.. numbers.SelectMany(n => n.FeatureNames()), .. categories.SelectMany(c => c.FeatureNames())];
    }

    /// <summary>The columns of numbers, in file order. Their features come first.</summary>
    public IReadOnlyList<NumberColumn> Numbers { get; }

    /// <summary>The columns of categories, in file order.</summary>
    public IReadOnlyList<CategoryColumn> Categories { get; }

    /// <summary>Chosen columns that are constant or empty on the training rows.</summary>
    public IReadOnlyList<DroppedColumn> Dropped { get; }

    /// <summary>The features' names, in the order of <see cref="FeatureMatrix.Names"/>.</summary>
    public IReadOnlyList<string> FeatureNames { get; }

    /// <summary>Fits the recipe.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">The columns to use.</param>
    /// <param name="trainingRows">Row numbers of the table, from 0; the result does not depend on their order.</param>
    /// <exception cref="DataException">No training rows, a text in a column of numbers, numbers too large, or too many features.</exception>
    public static FeatureRecipe Fit(Table table, IReadOnlyList<SelectedColumn> columns, IReadOnlyList<int> trainingRows)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(trainingRows);
        if (trainingRows.Count == 0)
        {
            throw new DataException(table.Source, null, null, "no row is a training row; check the split column and the cohort.");
        }

        List<NumberColumn> numbers = [];
        List<CategoryColumn> categories = [];
        List<DroppedColumn> dropped = [];
        foreach (SelectedColumn selected in columns)
        {
            Column column = table.GetColumn(selected.Name);
            if (selected.Kind == ColumnKind.Number)
            {
                if (column.Numbers.Unreadable.Count > 0)
                {
                    throw SchemaInference.NotANumber(table, column, column.Numbers.Unreadable);
                }

                Keep(NumberColumn.Fit(table, column, trainingRows), n => n.Width > 0, numbers);
            }
            else
            {
                // One feature alone is the same for every training row.
                Keep(CategoryColumn.Fit(column, trainingRows), c => c.Width > 1, categories);
            }

            void Keep<T>(T? fitted, Func<T, bool> varies, List<T> list)
                where T : class
            {
                if (fitted is not null && varies(fitted))
                {
                    list.Add(fitted);
                }
                else
                {
                    dropped.Add(new DroppedColumn(selected.Name, fitted is null ? DropReason.AllMissing : DropReason.Constant));
                }
            }
        }

        var recipe = new FeatureRecipe(numbers, categories, dropped);
        if (recipe.FeatureNames.Count > MaximumFeatures)
        {
            throw new DataException(
                table.Source, null, null, $"the columns make {recipe.FeatureNames.Count} features; at most {MaximumFeatures} are used: exclude some columns.");
        }

        return recipe;
    }

    /// <summary>
    /// A recipe that no row of data has a say in, for differential privacy: numbers are scaled so that their range is four wide around zero, every column has
    /// an indicator of missing values and every category one for other levels.
    /// </summary>
    /// <param name="ranges">The columns of numbers, each with a lower and a larger upper end.</param>
    /// <param name="levels">The columns of categories, each with its levels.</param>
    public static FeatureRecipe Declare(
        IEnumerable<KeyValuePair<string, (double Low, double High)>> ranges, IEnumerable<KeyValuePair<string, IReadOnlyList<string>>> levels)
    {
        ArgumentNullException.ThrowIfNull(ranges);
        ArgumentNullException.ThrowIfNull(levels);
        return new FeatureRecipe(
            [
                .. ranges.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new NumberColumn
                {
                    Name = r.Key,
                    Median = (r.Value.Low + r.Value.High) / 2,
                    Mean = (r.Value.Low + r.Value.High) / 2,
                    StandardDeviation = (r.Value.High - r.Value.Low) / 4,
                    HasMissing = true,
                }),
            ],
            [
                .. levels.OrderBy(l => l.Key, StringComparer.Ordinal).Select(
                    l => new CategoryColumn { Name = l.Key, Levels = [.. l.Value.Order(StringComparer.Ordinal)], HasOther = true, HasMissing = true }),
            ],
            []);
    }

    /// <summary>Makes the features of some rows.</summary>
    /// <param name="table">A table with the recipe's columns; others are ignored.</param>
    /// <param name="rows">Row numbers of the table, from 0, in the order wanted; repetitions are allowed.</param>
    /// <exception cref="DataException">A column is missing, a text in a column of numbers, or too large a matrix.</exception>
    public FeatureMatrix Apply(Table table, IReadOnlyList<int> rows)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(rows);
        int width = FeatureNames.Count;
        if ((long)width * rows.Count > Array.MaxLength)
        {
            throw new DataException(
                table.Source, null, null, $"{rows.Count} rows of {width} features are too many for one matrix; exclude some columns.");
        }

        float[] values = new float[width * rows.Count];
        foreach ((int offset, NumberColumn? number, CategoryColumn? category) in _plan)
        {
            number?.Apply(table, table.GetColumn(number.Name), rows, values, offset, width);
            category?.Apply(table.GetColumn(category.Name), rows, values, offset, width);
        }

        return new FeatureMatrix(values, rows.Count, width, FeatureNames);
    }

    /// <summary>The recipe as UTF-8 JSON, to be saved with the model. It holds training statistics: seal it like the model.</summary>
    public byte[] ToJson() =>
        JsonSerializer.SerializeToUtf8Bytes(
            new RecipeDocument(FormatVersion, Numbers, Categories, Dropped), RecipeJson.Default.RecipeDocument);

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="DataException">The bytes are no recipe.</exception>
    public static FeatureRecipe FromJson(ReadOnlySpan<byte> json)
    {
        RecipeDocument? document;
        try
        {
            document = JsonSerializer.Deserialize(json, RecipeJson.Default.RecipeDocument);
        }
        catch (JsonException e)
        {
            throw new DataException($"The saved recipe of features is damaged ({e.Path}); train again or restore the model's files.", e);
        }

        if (document is not { Version: FormatVersion, Numbers: not null, Categories: not null, Dropped: not null })
        {
            throw new DataException("The saved recipe of features is empty or of another version; use the version that trained the model.");
        }

        return new FeatureRecipe(document.Numbers, document.Categories, document.Dropped);
    }
}
