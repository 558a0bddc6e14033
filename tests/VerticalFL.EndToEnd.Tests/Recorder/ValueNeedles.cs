using System.Globalization;
using System.Text;
using VerticalFL.Data;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>
/// The forms in which feature values might leave: each alone as text and in 64 bits; in 32 bits, where one value is too short to be told from
/// chance, each with its neighbour in the row, in the file's column and in the cohort's column (<see cref="ScatteredValues"/> counts single ones).
/// </summary>
internal static class ValueNeedles
{
    public static void AddTo(NeedleSet needles, PartySecrets secrets)
    {
        foreach (Column column in secrets.Numbers)
        {
            foreach (string cell in column.Cells.OfType<string>().Where(c => c.Length >= 8))
            {
                needles.Add(Encoding.UTF8.GetBytes(cell), "a feature value as text");
                needles.Add(Encoding.Unicode.GetBytes(cell), "a feature value as UTF-16 text");
            }
        }

        double[][] raw = [.. secrets.Numbers.Select(Read)];
        double[][] prepared = Prepared(secrets);
        AddGrid(needles, raw, "a feature value");
        AddGrid(needles, [.. raw.Select(c => secrets.Cohort.Select(r => c[r]).ToArray())], "a feature value");
        AddGrid(needles, prepared, "a standardised feature");
        foreach (float value in prepared.SelectMany(c => c).Select(v => (float)v).Where(v => ValueForms.IsDistinctive(v)))
        {
            string text = value.ToString("R", CultureInfo.InvariantCulture);
            if (text.Length >= 8)
            {
                needles.Add(Encoding.UTF8.GetBytes(text), "a standardised feature as text");
            }
        }
    }

    /// <summary>The numbers of a column; NaN where the cell is none.</summary>
    public static double[] Read(Column column) =>
        [.. column.Cells.Select(c => double.TryParse(c, NumberStyles.Float, CultureInfo.InvariantCulture, out double v) ? v : double.NaN)];

    /// <summary>The prepared features, column by column.</summary>
    public static double[][] Prepared(PartySecrets secrets) =>
        [.. Enumerable.Range(0, secrets.Features.Columns).Select(c => Enumerable.Range(0, secrets.Features.Rows).Select(r => (double)secrets.Features.Values[(r * secrets.Features.Columns) + c]).ToArray())];

    private static void AddGrid(NeedleSet needles, double[][] columns, string what)
    {
        for (int c = 0; c < columns.Length; c++)
        {
            for (int r = 0; r < columns[c].Length; r++)
            {
                double value = columns[c][r];
                if (!double.IsFinite(value) || !ValueForms.IsDistinctive(value))
                {
                    continue;
                }

                foreach ((string name, Func<double, byte[]> encode) in ValueForms.Wide)
                {
                    needles.Add(encode(value), $"{what} as {name}");
                }

                AddPair(value, c + 1 < columns.Length ? columns[c + 1][r] : double.NaN);
                AddPair(value, r + 1 < columns[c].Length ? columns[c][r + 1] : double.NaN);
            }
        }

        void AddPair(double first, double second)
        {
            if (!double.IsFinite(second) || !ValueForms.IsDistinctive(second))
            {
                return;
            }

            foreach ((string name, Func<double, byte[]> encode) in ValueForms.Narrow)
            {
                needles.Add([.. encode(first), .. encode(second)], $"{what} as {name}");
            }
        }
    }
}
