namespace VerticalFL.Messages.Studies;

/// <summary>A study that cannot be run. The message names the JSON path and how to mend it.</summary>
public sealed class StudyException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">Where, as a JSON path such as <c>$.model.cut</c>.</param>
    /// <param name="problem">What is wrong and how to mend it, as one sentence.</param>
    public StudyException(string path, string problem)
        : base($"{path}: {problem}")
    {
        Path = path;
    }

    /// <summary>Makes the exception.</summary>
    public StudyException()
    {
        Path = "$";
    }

    /// <summary>Makes the exception.</summary>
    public StudyException(string message)
        : base(message)
    {
        Path = "$";
    }

    /// <summary>Makes the exception.</summary>
    public StudyException(string message, Exception innerException)
        : base(message, innerException)
    {
        Path = "$";
    }

    /// <summary>Where, as a JSON path.</summary>
    public string Path { get; }
}
