namespace VerticalFL.Data;

/// <summary>
/// Data that cannot be used as it is. The message is one sentence that says where (file, line, column) and how to mend it; it never quotes
/// a cell, so that it may be logged and shown.
/// </summary>
public sealed class DataException : Exception
{
    /// <summary>Makes the exception for a place in a file.</summary>
    /// <param name="source">The file as it was named by the caller.</param>
    /// <param name="line">The line of the file, from 1; null when the whole file or column is meant.</param>
    /// <param name="column">The column's name; null when the whole file or line is meant.</param>
    /// <param name="problem">What is wrong and how to mend it, without a value from the file.</param>
    /// <param name="innerException">What the file system said; null when the content is at fault.</param>
    public DataException(string source, int? line, string? column, string problem, Exception? innerException = null)
        : base(Place(source, line, column) + ": " + problem, innerException)
    {
        Line = line;
        Column = column;
    }

    /// <summary>Makes the exception.</summary>
    public DataException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public DataException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public DataException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The line of the file, from 1; null when the whole file or column is meant.</summary>
    public int? Line { get; }

    /// <summary>The column's name; null when the whole file or line is meant.</summary>
    public string? Column { get; }

    private static string Place(string source, int? line, string? column) =>
        source + (line is null ? "" : $", line {line}") + (column is null ? "" : $", column '{column}'");
}
