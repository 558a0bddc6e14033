namespace VerticalFL.Governance.Storage;

/// <summary>
/// A key or sealed file that is refused. For a sealed file the text is always the same: a change, a cut, another context and another
/// key are not told apart.
/// </summary>
public sealed class StorageException : Exception
{
    /// <summary>Makes the exception.</summary>
    public StorageException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public StorageException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes the exception.</summary>
    public StorageException()
    {
    }
}
