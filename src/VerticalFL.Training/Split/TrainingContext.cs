using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.SecureAggregation;

namespace VerticalFL.Training.Split;

/// <summary>Which training this is, and who takes part as whom.</summary>
/// <param name="Study">The expanded study.</param>
/// <param name="StudyId">Its hash.</param>
/// <param name="RunId">The run.</param>
/// <param name="Attempt">The attempt, from 1. Every rollback, restart or change of membership begins a new one for all parties.</param>
/// <param name="Self">This party.</param>
public sealed record TrainingContext(Study Study, StudyId StudyId, RunId RunId, int Attempt, PartyId Self)
{
    /// <summary>With what checkpoints are kept. Default: null, which keeps none and begins at the beginning.</summary>
    public Checkpointing? Checkpointing { get; init; }

    /// <summary>
    /// At the label party of a study with label protection, and at every party of one with noise on what it releases: the run's noise seed, the same in
    /// every attempt. Default: null, which draws one for this attempt alone.
    /// </summary>
    public NoiseSeed? NoiseSeed { get; init; }

    /// <summary>In a study with differential privacy: notes every draw of noise before it is used. Default: null, nobody does.</summary>
    public IReleaseLog? ReleaseLog { get; init; }

    /// <summary>Feature parties that take no part, in a prediction only. Default: none.</summary>
    public IReadOnlyList<PartyId> Away { get; init; } = [];

    /// <summary>The feature parties that take part.</summary>
    internal IEnumerable<PartyId> Present => Study.FeatureParties.Except(Away);

    /// <summary>
    /// At a feature party of a study with <see cref="TrainingSettings.PartyDropout"/>: 32 bytes of its secret seed, the same in every attempt. Default: none.
    /// </summary>
    public ReadOnlyMemory<byte> AbsenceContribution { get; init; }

    /// <summary>At the label party: looks at the gradients that leave. Default: null, nobody does.</summary>
    public LabelLeakAudit? Audit { get; init; }

    /// <summary>Keeps what this party sees of training rows, for an audit. Default: null, nobody does.</summary>
    public AuditView? View { get; init; }

    /// <summary>
    /// At the label party: judges the predictions of the validation rows after each epoch, for its own operator. It decides nothing, and nothing of it
    /// leaves. Default: null, nobody does.
    /// </summary>
    public Func<PartPredictions, double?>? ValidationMetric { get; init; }

    /// <summary>At the label party: told what the training will take, once, after its first steps; never when it has too few. Default: null, nobody is.</summary>
    public IProgress<TrainingForecast>? Forecasts { get; init; }

    /// <summary>Which of the run's models is trained, from 0: the study's, then one for each fold. Default: 0, the only one.</summary>
    public int Model { get; init; }

    /// <summary>Whether the training ends with the test rows too. Default: true; false while another model or another training may still be the result, for that one alone may meet them.</summary>
    public bool MeetsTestRows { get; init; } = true;

    /// <summary>
    /// The training of one of the run's models: checkpoints, transcript and noise of its own. Masks are fresh in every training.
    /// </summary>
    /// <param name="number">The model's place, from 0 (<see cref="Study.WithModel"/>).</param>
    /// <param name="noise">Where this party needs one, the run's noise seed for this model (<see cref="NoiseSeed.ForModel"/>).</param>
    public TrainingContext ForModel(int number, NoiseSeed? noise) => this with
    {
        Study = Study.WithModel(number),
        Model = number,
        MeetsTestRows = !Study.HasModelChoice,
        NoiseSeed = noise,
        Checkpointing = KeptApart(number),
    };

    /// <summary>The second training of a study with <see cref="EarlyStoppingSettings.Refit"/>: the model behind the last, as far as checkpoints, transcript and noise go.</summary>
    /// <param name="number">The chosen model's place, from 0.</param>
    /// <param name="epochs">How many epochs the chosen weights had.</param>
    /// <param name="noise">Where this party needs one, the run's noise seed for the place behind the last model's.</param>
    public TrainingContext ForRefit(int number, int epochs, NoiseSeed? noise) => this with
    {
        Study = Study.WithModel(number).ForRefit(epochs),
        Model = Study.ModelCount,
        MeetsTestRows = true,
        NoiseSeed = noise,
        Checkpointing = KeptApart(Study.ModelCount) is { } kept ? kept with { DataHash = OfEpochs(kept.DataHash, epochs) } : null,
    };

    // A checkpoint of a second training of another length, after a first one that came out otherwise, is of another course.
    private static ReadOnlyMemory<byte> OfEpochs(ReadOnlyMemory<byte> data, int epochs)
    {
        var length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, epochs);
        return SHA256.HashData([.. data.Span, .. length]);
    }

    private Checkpointing? KeptApart(int model) =>
        Checkpointing is { } kept && Study.TrainingCount > 1 ? kept with { Store = new ModelCheckpoints(kept.Store, model) } : Checkpointing;

    /// <summary>The ring of the study's sums.</summary>
    internal ActivationRing Ring => ActivationRing.For(Study.Privacy.Ring, Study.FeatureParties.Count);

    /// <summary>What this attempt's mask keys are bound to.</summary>
    internal MaskSession MaskSession => new(StudyId, RunId, Attempt, Present.Prepend(Study.LabelParty));
}
