namespace VerticalFL.Messages;

/// <summary>
/// Every message there is, by its number on the wire. Blocks: 1-49 channel and control, 50-99 governance, 100-149 alignment,
/// 150-199 training. A number is never given twice, also not after its message is gone.
/// </summary>
public enum MessageType
{
    /// <summary>No message; never on the wire.</summary>
    None = 0,

    // Control: agent and coordinator.

    /// <summary>An agent introduces itself on its control connection.</summary>
    AgentHello = 10,

    /// <summary>The coordinator accepts the agent.</summary>
    AgentWelcome = 11,

    /// <summary>The coordinator refuses a request and says why.</summary>
    Refusal = 12,

    /// <summary>An agent asks for a one-time ticket for a data connection to a peer.</summary>
    TicketRequest = 13,

    /// <summary>The coordinator grants a ticket.</summary>
    TicketGrant = 14,

    /// <summary>A run is ordered: study, run, attempt.</summary>
    RunOrder = 15,

    /// <summary>A run must end.</summary>
    RunCancel = 16,

    /// <summary>An agent's progress: only what the study allows.</summary>
    RunProgress = 17,

    /// <summary>An agent's run is over, with its outcome.</summary>
    RunEnded = 18,

    /// <summary>Are you there.</summary>
    Ping = 19,

    /// <summary>The answer to <see cref="Ping"/>.</summary>
    Pong = 20,

    /// <summary>An attempt of a run is over at an agent, and the run is not.</summary>
    AttemptOver = 21,

    /// <summary>An attempt of a run must end; the run goes on later.</summary>
    AttemptStop = 22,

    /// <summary>A run has ended at every party.</summary>
    RunClosed = 23,

    /// <summary>The label party asks for a prediction.</summary>
    PredictionRequest = 24,

    /// <summary>A link between two parties is missing at an agent, or is up again.</summary>
    LinkReport = 25,

    // Governance.

    /// <summary>The exact bytes of an expanded study.</summary>
    StudyOffer = 50,

    /// <summary>An operator's signed decision on a study.</summary>
    SignedApproval = 51,

    /// <summary>The head of a party's audit chain, signed.</summary>
    AuditHead = 52,

    /// <summary>How far a party's privacy ledger reaches.</summary>
    LedgerHead = 53,

    /// <summary>What a peer had kept of the reader's privacy ledger.</summary>
    LedgerHeld = 54,

    // Alignment.

    /// <summary>Set size and parameters, before the first protocol message.</summary>
    AlignmentHello = 100,

    /// <summary>Blinded group elements.</summary>
    BlindedElements = 101,

    /// <summary>Evaluated group elements.</summary>
    EvaluatedElements = 102,

    /// <summary>A part of an OKVS.</summary>
    OkvsChunk = 103,

    /// <summary>Truncated OPRF values, shuffled.</summary>
    OprfTags = 104,

    /// <summary>Tags of the common patients, readable only for who holds them.</summary>
    CohortAnnouncement = 105,

    /// <summary>A fresh zero-share key between two followers.</summary>
    ZeroShareKey = 106,

    /// <summary>A contribution to the key that orders the cohort.</summary>
    OrderContribution = 107,

    /// <summary>A contribution to the key of the row check.</summary>
    RowCheckContribution = 108,

    /// <summary>The keyed digest of a party's rows.</summary>
    RowCheckDigest = 109,

    /// <summary>The size of every party's set, from the leader.</summary>
    AlignmentSizes = 110,

    /// <summary>A follower opens its VOLE with the leader.</summary>
    VoleRequest = 111,

    /// <summary>The leader's answer, with the VOLE's masked choices.</summary>
    VoleAnswer = 112,

    /// <summary>Masked sums of the VOLE's trees.</summary>
    VoleSums = 113,

    /// <summary>The leader's check of the sums.</summary>
    VoleChallenge = 114,

    /// <summary>The follower's answer to the check.</summary>
    VoleProof = 115,

    /// <summary>A part of the leader's masked OKVS.</summary>
    VoleTable = 116,

    /// <summary>The word to which the follower had committed.</summary>
    VoleWord = 117,

    /// <summary>Which of a follower's tags are of common patients.</summary>
    CohortMarks = 118,

    /// <summary>Which finished alignment of the run a follower holds.</summary>
    AlignmentOffer = 120,

    /// <summary>Whether all parties take up a finished alignment.</summary>
    AlignmentChoice = 121,

    // Training.

    /// <summary>Fresh randomness for the masks of one pair and attempt.</summary>
    MaskContribution = 150,

    /// <summary>Which rows are for training, validation and test.</summary>
    RowAssignment = 151,

    /// <summary>A feature party is ready to train.</summary>
    TrainingReady = 152,

    /// <summary>Masked activations of one batch.</summary>
    MaskedActivations = 153,

    /// <summary>Gradients at the cut layer of one batch.</summary>
    ActivationGradients = 154,

    /// <summary>What follows an epoch.</summary>
    EpochDecision = 155,

    /// <summary>A feature party's hash of its part of the model, and its byte counts.</summary>
    PartSummary = 156,

    /// <summary>The label party confirms the end of a run.</summary>
    RunSummary = 157,

    /// <summary>Which checkpoints of the run a feature party holds.</summary>
    ResumeOffer = 158,

    /// <summary>Where all parties begin.</summary>
    ResumeChoice = 159,

    /// <summary>Whether a feature party has written the checkpoint that was announced.</summary>
    CheckpointSaved = 160,

    /// <summary>What a party was ordered to predict.</summary>
    PredictionHello = 161,

    /// <summary>What feature parties decide with who is absent from a step.</summary>
    AbsenceContribution = 162,

    /// <summary>Which of several models the label party chose.</summary>
    ModelChoice = 163,
}
