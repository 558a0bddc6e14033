namespace VerticalFL.Data;

/// <summary>One column of a table, as text. Cells are trimmed; a missing cell is null.</summary>
public sealed class Column
{
    private readonly string?[] _cells;
    private readonly Lazy<NumberCells> _numbers;

    /// <summary>Makes a column.</summary>
    /// <param name="name">Its name, as in the header.</param>
    /// <param name="cells">One cell a row; null where the value is missing.</param>
    public Column(string name, IEnumerable<string?> cells)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentNullException.ThrowIfNull(cells);
        Name = name;
        _cells = [.. cells];
        _numbers = new Lazy<NumberCells>(() => new NumberCells(_cells));
    }

    /// <summary>The name, as in the header.</summary>
    public string Name { get; }

    /// <summary>One cell a row; null where the value is missing.</summary>
    public IReadOnlyList<string?> Cells => _cells;

    /// <summary>The cells read as numbers; computed once.</summary>
    internal NumberCells Numbers => _numbers.Value;
}
