using System.Text.Unicode;
using CsvHelper;

namespace VerticalFL.Data.Ingestion;

/// <summary>Collects records into columns; the first record is the header.</summary>
internal sealed class TableBuilder(string source)
{
    private readonly List<int> _lines = [];
    private string[]? _names;
    private List<string?>[] _cells = [];

    public void Add(CsvReader record)
    {
        int line = (int)record.LineNumber;
        if (!Utf8.IsValid(record.RawRecord))
        {
            throw new DataException(source, line, null, "the row is not UTF-8; save the file as UTF-8.");
        }

        if (_names is null)
        {
            AddHeader(line, record);
        }
        else
        {
            AddRow(line, record, _names.Length);
        }
    }

    public Table Build(byte[] fingerprint)
    {
        if (_names is null)
        {
            throw new DataException(source, null, null, "the file is empty; it needs a header line and rows.");
        }

        if (_lines.Count == 0)
        {
            throw new DataException(source, null, null, "the file has a header but no rows; add rows or name another file.");
        }

        return new Table(source, _names.Select((name, i) => new Column(name, _cells[i])), [.. _lines], fingerprint);
    }

    private void AddRow(int line, CsvReader record, int columns)
    {
        if (record.FieldCount != columns)
        {
            throw new DataException(
                source, line, null,
                $"the row has {record.FieldCount} cells and the header has {columns}; add or remove separators, or put cells that hold one in quotation marks.");
        }

        if (_lines.Count == CsvSource.MaxRows)
        {
            throw new DataException(source, line, null, $"the file has more than {CsvSource.MaxRows} rows; split it.");
        }

        _lines.Add(line);
        for (int i = 0; i < columns; i++)
        {
            string cell = record.GetString(i).Trim();
            _cells[i].Add(MissingValues.IsMissing(cell) ? null : cell);
        }
    }

    private void AddHeader(int line, CsvReader record)
    {
        if (record.FieldCount > CsvSource.MaxColumns)
        {
            throw new DataException(
                source, line, null, $"the header names {record.FieldCount} columns; at most {CsvSource.MaxColumns} are read: remove some.");
        }

        string[] names = new string[record.FieldCount];
        HashSet<string> seen = new(StringComparer.Ordinal);
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = record.GetString(i).Trim();
            if (names[i].Length == 0)
            {
                throw new DataException(source, line, null, $"column {i + 1} has no name; give it one or remove the column.");
            }

            if (!seen.Add(names[i]))
            {
                throw new DataException(source, line, names[i], "the header names this column twice; rename or remove one of the two.");
            }
        }

        _names = names;
        _cells = [.. names.Select(_ => new List<string?>())];
    }
}
