namespace VerticalFL.Alignment;

/// <summary>
/// The parties have fewer patients in common than the study's minimum. Every party of the alignment ends with it; nobody has broken the
/// protocol, and no party but the leader has learned which patients they are.
/// </summary>
public sealed class CohortTooSmallException : Exception
{
    /// <summary>Names the cohort's size and the minimum.</summary>
    /// <param name="patients">How many patients all parties have in common.</param>
    /// <param name="minimum">The study's minimum.</param>
    public CohortTooSmallException(int patients, int minimum)
        : base($"All parties have {patients} patients in common and the study asks for at least {minimum}: "
            + "check the identifier columns and their kinds, or lower alignment.minimumPatients in a new study.")
    {
        Patients = patients;
        Minimum = minimum;
    }

    /// <summary>Makes the exception.</summary>
    public CohortTooSmallException()
    {
    }

    /// <summary>Makes the exception.</summary>
    public CohortTooSmallException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public CohortTooSmallException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>How many patients all parties have in common.</summary>
    public int Patients { get; }

    /// <summary>The study's minimum.</summary>
    public int Minimum { get; }
}
