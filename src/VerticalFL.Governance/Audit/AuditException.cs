namespace VerticalFL.Governance.Audit;

/// <summary>An audit log that cannot be continued: its chain is broken, or another process has it open.</summary>
public sealed class AuditException : Exception
{
    /// <summary>Makes the exception.</summary>
    public AuditException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public AuditException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes the exception.</summary>
    public AuditException()
    {
    }
}
