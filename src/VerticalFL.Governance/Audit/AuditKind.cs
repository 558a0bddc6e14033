namespace VerticalFL.Governance.Audit;

/// <summary>What an audit record tells. The names stand in the file; a name is never given another meaning.</summary>
public enum AuditKind
{
    /// <summary>The log was opened; holds the certificate of the key that signs from here on.</summary>
    LogOpened,

    /// <summary>An incomplete last record, left by a crash, was cut off.</summary>
    TailCut,

    /// <summary>A study was offered to this party.</summary>
    StudyOffered,

    /// <summary>An operator of this party approved a study.</summary>
    StudyApproved,

    /// <summary>An operator of this party rejected a study.</summary>
    StudyRejected,

    /// <summary>A run was ordered and refused here.</summary>
    RunRefused,

    /// <summary>A run or one of its attempts began.</summary>
    RunStarted,

    /// <summary>An attempt of a run was over at this party, and the run was not.</summary>
    AttemptOver,

    /// <summary>A run ended.</summary>
    RunEnded,

    /// <summary>How many messages of one class left for one peer, and their bytes.</summary>
    MessagesSent,

    /// <summary>A peer's audit head was received and kept.</summary>
    PeerHead,

    /// <summary>A peer broke the protocol.</summary>
    PeerBroke,

    /// <summary>Predictions were made.</summary>
    Predicted,

    /// <summary>The party's policy or configuration changed.</summary>
    PolicyChanged,

    /// <summary>Patients were charged in the privacy ledger; holds the ledger's head, so that who keeps this log's head vouches for the ledger's too.</summary>
    PrivacyReserved,
}
