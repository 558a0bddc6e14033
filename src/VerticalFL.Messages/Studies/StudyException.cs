namespace VerticalFL.Messages.Studies;

/// <summary>A study that cannot be run. The message names the JSON path and how to mend it.</summary>
public sealed class StudyException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">Where, as a JSON path such as <c>$.model.cut</c>.</param>
    /// <param name="problem">What is wrong and how to mend it, as one sentence.</param>
    public StudyException(string path, string problem)
        : base(Printable($"{path}: {problem}"))
    {
        Path = path;
        Problem = problem;
    }

    /// <summary>Makes the exception for a study that came from a file.</summary>
    /// <param name="file">The file, as the caller named it.</param>
    /// <param name="path">Where, as a JSON path.</param>
    /// <param name="problem">What is wrong and how to mend it, as one sentence.</param>
    /// <param name="inner">The cause, if any.</param>
    public StudyException(string file, string path, string problem, Exception? inner = null)
        : base(Printable($"{file}: {path}: {problem}"), inner)
    {
        Path = path;
        Problem = problem;
    }

    /// <summary>Makes the exception.</summary>
    public StudyException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public StudyException(string message)
        : base(message)
    {
        Problem = message;
    }

    /// <summary>Makes the exception.</summary>
    public StudyException(string message, Exception innerException)
        : base(Printable(message), innerException)
    {
        Problem = message;
    }

    /// <summary>Where, as a JSON path.</summary>
    public string Path { get; } = "$";

    /// <summary>What is wrong and how to mend it, without the place.</summary>
    public string Problem { get; } = "";

    // The text quotes what a stranger wrote and ends on a terminal.
    private static string Printable(string text) =>
        string.Concat((text.Length <= 1000 ? text : text[..1000] + "...").Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
}
