namespace VerticalFL.Governance.Provisioning;

/// <summary>A private key that cannot be used: missing, unreadable, open to others, or closed by another passphrase.</summary>
public sealed class KeyFileException : Exception
{
    /// <summary>Makes the exception.</summary>
    public KeyFileException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public KeyFileException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes the exception.</summary>
    public KeyFileException()
    {
    }
}
