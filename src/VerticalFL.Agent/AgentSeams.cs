using VerticalFL.Alignment;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Agent;

/// <summary>What only tests may change: who listens inside TLS, and the two protocols. No configuration reaches it.</summary>
internal sealed record AgentSeams
{
    public static readonly AgentSeams None = new();

    /// <summary>Is shown every message of every run, and those of the control connection. Default: nobody.</summary>
    public IChannelObserver? Recorder { get; init; }

    /// <summary>The alignment.</summary>
    public Func<AlignmentRole, IReadOnlyList<ItemSet>, IReadOnlyDictionary<PartyId, Channel>, IProgress<AlignmentProgress>?, CancellationToken, Task<AlignmentResult>> Align
    {
        get;
        init;
    } = Aligner.RunAsync;

    /// <summary>A feature party's training.</summary>
    public Func<TrainingContext, IBottomModel, RowAssignment, Channel, IReadOnlyDictionary<PartyId, Channel>, IProgress<TrainingProgress>?, CancellationToken, Task<FeatureTrainingResult>> TrainFeatures
    {
        get;
        init;
    } = FeaturePartyTraining.RunAsync;
}
