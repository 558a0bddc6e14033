using System.Diagnostics.CodeAnalysis;

namespace VerticalFL.Data;

/// <summary>A party's rows as they stand in its file: named columns of text. It never leaves the process.</summary>
public sealed class Table
{
    private readonly Column[] _columns;
    private readonly Dictionary<string, Column> _byName;
    private readonly int[]? _lines;

    /// <summary>Makes a table.</summary>
    /// <param name="source">Where it comes from, for messages: the file's path as the caller named it.</param>
    /// <param name="columns">Columns of equal length with different names, in file order.</param>
    /// <param name="lines">The file's line on which each row begins, from 1; null when rows are not lines of a file: then rows count from 1.</param>
    /// <param name="fingerprint">SHA-256 over the file's bytes: 32 bytes.</param>
    /// <exception cref="ArgumentException">Unequal lengths, a repeated name, or a fingerprint of another size.</exception>
    public Table(string source, IEnumerable<Column> columns, int[]? lines, ReadOnlyMemory<byte> fingerprint)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(columns);
        _columns = [.. columns];
        _byName = _columns.ToDictionary(c => c.Name, StringComparer.Ordinal);
        _lines = lines;
        Source = source;
        RowCount = _columns.Length == 0 ? 0 : _columns[0].Cells.Count;
        Fingerprint = fingerprint;
        ColumnNames = [.. _columns.Select(c => c.Name)];
        if (_columns.Any(c => c.Cells.Count != RowCount) || (lines is not null && lines.Length != RowCount))
        {
            throw new ArgumentException("Every column, and the list of lines, must have one entry a row.", nameof(columns));
        }

        if (fingerprint.Length != 32)
        {
            throw new ArgumentException("A fingerprint has 32 bytes.", nameof(fingerprint));
        }
    }

    /// <summary>Where the rows come from: the file's path as the caller named it.</summary>
    public string Source { get; }

    /// <summary>How many rows there are, the header not counted.</summary>
    public int RowCount { get; }

    /// <summary>The columns' names in file order.</summary>
    public IReadOnlyList<string> ColumnNames { get; }

    /// <summary>The columns in file order.</summary>
    public IReadOnlyList<Column> Columns => _columns;

    /// <summary>SHA-256 over the file's bytes, 32 bytes: a changed file has another one.</summary>
    public ReadOnlyMemory<byte> Fingerprint { get; }

    /// <summary>Finds a column by its exact name.</summary>
    public bool TryGetColumn(string name, [NotNullWhen(true)] out Column? column) => _byName.TryGetValue(name, out column);

    /// <summary>Finds a column by its exact name.</summary>
    /// <exception cref="DataException">There is none; the message lists the first names that there are.</exception>
    public Column GetColumn(string name)
    {
        if (TryGetColumn(name, out Column? column))
        {
            return column;
        }

        string known = string.Join(", ", ColumnNames.Take(8)) + (ColumnNames.Count > 8 ? ", ..." : "");
        throw new DataException(Source, null, null, $"there is no column '{name}'; the file has {known}: mend the name in the study or in the file.");
    }

    /// <summary>The file's line on which a row begins, from 1, for messages.</summary>
    /// <param name="row">The row, from 0.</param>
    public int LineOf(int row) => _lines is null ? row + 1 : _lines[row];
}
