using VerticalFL.Data.Ingestion;

namespace VerticalFL.Data.Tests;

/// <summary>Makes tables in memory.</summary>
internal static class Tables
{
    /// <summary>A table whose first row stands on line 2, as behind a header; blank and missing tokens become null.</summary>
    public static Table Of(params (string Name, string[] Cells)[] columns) =>
        new(
            "rows.csv",
            columns.Select(c => new Column(c.Name, c.Cells.Select(x => MissingValues.IsMissing(x) ? null : x))),
            [.. Enumerable.Range(2, columns[0].Cells.Length)],
            new byte[32]);

    public static string[] Repeat(int times, params string[] cells) => [.. Enumerable.Range(0, times).SelectMany(_ => cells)];

    public static int[] Rows(int count) => [.. Enumerable.Range(0, count)];
}
