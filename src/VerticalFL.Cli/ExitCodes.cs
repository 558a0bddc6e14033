namespace VerticalFL.Cli;

/// <summary>
/// Every exit code there is. Blocks: 0-9 general, 10-19 study, 20-29 data, 30-39 alignment and cohort, 40-49 certificates, keys and sealed
/// files, 50-59 network, 60-69 policy, approval and audit, 70-79 the run itself, 130 stopped.
/// </summary>
internal static class ExitCodes
{
    public const int Ok = 0;
    public const int Unexpected = 1;
    public const int Usage = 2;
    public const int OutputExists = 3;
    public const int FileNotFound = 4;
    public const int FileAccess = 5;
    public const int ConfigurationInvalid = 6;

    public const int StudyInvalid = 10;
    public const int StudyNotFound = 11;

    public const int DataInvalid = 20;
    public const int DataNotFound = 21;

    public const int CohortTooSmall = 30;
    public const int AlignmentFailed = 31;

    public const int CertificateRefused = 40;
    public const int KeyUnusable = 41;
    public const int SealedFileRefused = 42;

    public const int Unreachable = 50;
    public const int PortInUse = 51;
    public const int ConnectionLost = 52;

    public const int PolicyRefused = 60;
    public const int ApprovalMissing = 61;
    public const int AuditBroken = 62;

    public const int PeerBrokeProtocol = 70;
    public const int RunFailed = 71;
    public const int LimitBroken = 72;

    public const int Cancelled = 130;

    /// <summary>The list that <c>vfl exit-codes</c> prints.</summary>
    public static IReadOnlyList<ExitCode> All { get; } =
    [
        new(Ok, "ok", "The verb did what it was asked.", "Nothing to do."),
        new(Unexpected, "unexpected", "An error that nobody foresaw.", "Report the line that was printed."),
        new(Usage, "usage", "The command line is not understood.", "See the verb's --help."),
        new(OutputExists, "output exists", "The output directory exists and is not empty.", "Choose another one, or say --force."),
        new(FileNotFound, "file not found", "A file or directory is not there.", "Check the path."),
        new(FileAccess, "file access", "A file cannot be read or written.", "Check permissions and free space."),
        new(ConfigurationInvalid, "configuration invalid", "An agent's or coordinator's configuration is wrong.", "Mend the field that is named."),
        new(StudyInvalid, "study invalid", "The study cannot be run as it is written.", "Mend the field that is named."),
        new(StudyNotFound, "study not found", "No study of this name or hash is known here.", "See 'vfl study list'."),
        new(DataInvalid, "data invalid", "A data file breaks a rule.", "Mend the line or column that is named."),
        new(DataNotFound, "data not found", "A dataset is not configured, or its file is missing.", "Check the agent's configuration."),
        new(CohortTooSmall, "cohort too small", "Fewer patients in common than the study or a policy allows.", "Check the identifier columns, or widen the study."),
        new(AlignmentFailed, "alignment failed", "The parties could not agree on the common patients.", "Read the sentence; run again."),
        new(CertificateRefused, "certificate refused", "A certificate, request or revocation list is not accepted.", "Ask the consortium's steward."),
        new(KeyUnusable, "key unusable", "A private key is missing, open to others, or its passphrase is wrong.", "Mend the file that is named."),
        new(SealedFileRefused, "sealed file refused", "A file of the state directory cannot be opened.", "Restore it with its key, or start over."),
        new(Unreachable, "unreachable", "A party or the coordinator cannot be reached.", "Check address, proxy and firewall."),
        new(PortInUse, "port in use", "The port is taken by another process.", "Choose another port."),
        new(ConnectionLost, "connection lost", "A connection broke and did not come back in time.", "Start a new run."),
        new(PolicyRefused, "policy refused", "A party's own policy forbids it.", "Read the rule that is named; change the study or the policy."),
        new(ApprovalMissing, "approval missing", "A party has not approved, has rejected, or its approval has run out.", "See 'vfl study show'."),
        new(AuditBroken, "audit broken", "The audit log does not verify.", "Keep the file as it is and tell the security officer."),
        new(PeerBrokeProtocol, "peer broke protocol", "A party sent what no honest party sends.", "Tell that party; the run is not repeated by itself."),
        new(RunFailed, "run failed", "The run ended without a model or predictions.", "Read the sentence and the parties' logs."),
        new(LimitBroken, "limit broken", "The run finished, and its leak audit found more than the study's limits allow.", "Read privacy.verdict in the report; protect more, or do not use the model."),
        new(Cancelled, "stopped", "Stopped by a signal or a person.", "Start again."),
    ];
}
