namespace VerticalFL.Governance.Provisioning;

/// <summary>A request, certificate or revocation list that is refused. The text says which, why and how to mend it.</summary>
public sealed class CertificateException : Exception
{
    /// <summary>Makes the exception.</summary>
    public CertificateException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public CertificateException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes the exception.</summary>
    public CertificateException()
    {
    }
}
