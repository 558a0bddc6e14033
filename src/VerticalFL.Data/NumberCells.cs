using System.Globalization;

namespace VerticalFL.Data;

/// <summary>A column's cells read as numbers: decimal point, optional exponent, no separators of thousands.</summary>
internal sealed class NumberCells
{
    public NumberCells(ReadOnlySpan<string?> cells)
    {
        Values = new double[cells.Length];
        List<int> unreadable = [];
        for (int row = 0; row < cells.Length; row++)
        {
            Values[row] = double.NaN;
            if (cells[row] is not string cell)
            {
                continue;
            }

            Present++;
            if (double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value))
            {
                Values[row] = value;
                HasFraction |= value != Math.Floor(value);
            }
            else
            {
                unreadable.Add(row);
                DecimalCommas += IsDecimalComma(cell) ? 1 : 0;
            }
        }

        Unreadable = unreadable;
    }

    /// <summary>One value a row; NaN where the cell is missing or no finite number.</summary>
    public double[] Values { get; }

    /// <summary>How many cells are not missing.</summary>
    public int Present { get; }

    /// <summary>How many cells are finite numbers.</summary>
    public int Readable => Present - Unreadable.Count;

    /// <summary>The rows that hold something else than a finite number, ascending.</summary>
    public IReadOnlyList<int> Unreadable { get; }

    /// <summary>How many of <see cref="Unreadable"/> look like <c>36,6</c>.</summary>
    public int DecimalCommas { get; }

    /// <summary>Whether a value has a fractional part.</summary>
    public bool HasFraction { get; }

    private static bool IsDecimalComma(string cell) =>
        cell.Count(c => c == ',') == 1 && cell.All(c => char.IsAsciiDigit(c) || c is ',' or '-' or '+');
}
