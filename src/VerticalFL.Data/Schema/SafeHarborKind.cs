namespace VerticalFL.Data.Schema;

/// <summary>The 18 kinds of identifiers that HIPAA's Safe Harbor method removes: 45 CFR 164.514(b)(2)(i), (A) to (R).</summary>
public enum SafeHarborKind
{
    /// <summary>(A) Names.</summary>
    Name,

    /// <summary>(B) Geographic subdivisions smaller than a state.</summary>
    Geography,

    /// <summary>(C) Elements of dates, except the year, that relate to an individual.</summary>
    Date,

    /// <summary>(D) Telephone numbers.</summary>
    Telephone,

    /// <summary>(E) Fax numbers.</summary>
    Fax,

    /// <summary>(F) E-mail addresses.</summary>
    Email,

    /// <summary>(G) Social security numbers, and other countries' national numbers.</summary>
    SocialSecurity,

    /// <summary>(H) Medical record numbers.</summary>
    MedicalRecord,

    /// <summary>(I) Health plan beneficiary numbers.</summary>
    HealthPlan,

    /// <summary>(J) Account numbers.</summary>
    Account,

    /// <summary>(K) Certificate and licence numbers.</summary>
    License,

    /// <summary>(L) Vehicle identifiers, with plates.</summary>
    Vehicle,

    /// <summary>(M) Device identifiers and serial numbers.</summary>
    Device,

    /// <summary>(N) Web addresses.</summary>
    Url,

    /// <summary>(O) Internet protocol addresses.</summary>
    IpAddress,

    /// <summary>(P) Biometric identifiers.</summary>
    Biometric,

    /// <summary>(Q) Full-face photographs.</summary>
    Photograph,

    /// <summary>(R) Any other unique number, characteristic or code.</summary>
    OtherUnique,
}
