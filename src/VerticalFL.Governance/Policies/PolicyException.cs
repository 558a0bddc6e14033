namespace VerticalFL.Governance.Policies;

/// <summary>A policy that cannot be read. The message names the JSON path and how to mend it.</summary>
public sealed class PolicyException : Exception
{
    /// <summary>Makes the exception.</summary>
    /// <param name="path">Where, as a JSON path such as <c>$.peers</c>.</param>
    /// <param name="problem">What is wrong and how to mend it.</param>
    /// <param name="inner">The cause, if any.</param>
    public PolicyException(string path, string problem, Exception? inner = null)
        : base($"policy {path}: {problem}", inner)
    {
        Path = path;
    }

    /// <summary>Makes the exception.</summary>
    public PolicyException(string message)
        : base(message)
    {
        Path = "$";
    }

    /// <summary>Makes the exception.</summary>
    public PolicyException(string message, Exception innerException)
        : base(message, innerException)
    {
        Path = "$";
    }

    /// <summary>Makes the exception.</summary>
    public PolicyException()
    {
        Path = "$";
    }

    /// <summary>Where, as a JSON path.</summary>
    public string Path { get; }
}
