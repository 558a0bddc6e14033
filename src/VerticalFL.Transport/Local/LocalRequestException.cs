namespace VerticalFL.Transport.Local;

/// <summary>Why a service refused a request on its local socket.</summary>
public enum LocalRefusal
{
    /// <summary>Something went wrong inside the service; its log says what.</summary>
    Failed,

    /// <summary>No service answers on the socket.</summary>
    NotRunning,

    /// <summary>The named study or run is not known.</summary>
    NotFound,

    /// <summary>The study is not valid.</summary>
    InvalidStudy,

    /// <summary>The request is not allowed now: approvals are missing, the policy forbids it, a party is away.</summary>
    NotAllowed,

    /// <summary>The party's own policy forbids it.</summary>
    PolicyRefused,
}

/// <summary>A service refused a request on its local socket, in one sentence.</summary>
public sealed class LocalRequestException : Exception
{
    /// <summary>Makes the exception.</summary>
    public LocalRequestException(LocalRefusal refusal, string message, Exception? inner = null)
        : base(message, inner)
    {
        Refusal = refusal;
    }

    /// <summary>Makes the exception.</summary>
    public LocalRequestException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public LocalRequestException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public LocalRequestException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>The kind of refusal.</summary>
    public LocalRefusal Refusal { get; }
}
