using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Training.Tests.Split;

/// <summary>A small synthetic consortium: one hospital and some feature parties whose columns all matter for the outcome.</summary>
internal sealed class TrainingScenario
{
    public const int Rows = 160;
    private const int Columns = 5;
    private readonly Dictionary<PartyId, float[]> _tables = [];
    private readonly Targets _targets;

    public TrainingScenario(TaskKind task, int featureParties, Func<Study, Study>? change = null)
    {
        PartyId[] features = [.. new[] { "lab", "pharmacy", "biobank", "imaging" }.Take(featureParties).Order(StringComparer.Ordinal).Select(p => new PartyId(p))];
        var study = new Study
        {
            Name = "scenario",
            LabelParty = new PartyId("hospital"),
            FeatureParties = features,
            Seed = 3,
            Task = new TaskSettings { Kind = task },
            Labels = new LabelSettings { DisclosedTo = features },
            Model = new ModelSettings
            {
                Cut = 6,
                Top = [8],
                TopDropout = 0.2,
                Bottoms = features.Append(new PartyId("hospital")).ToDictionary(p => p, _ => new BottomSettings { Layers = [7], Dropout = 0.2 }),
            },
            Training = new TrainingSettings
            {
                Epochs = 5,
                Batch = 32,
                Optimizer = new OptimizerSettings { LearningRate = 0.01 },
                EarlyStopping = new EarlyStoppingSettings { Patience = 2 },
            },
        };
        Study = change is null ? study : change(study);
        var random = new Random(17);
        var score = new double[Rows];
        foreach (PartyId party in Study.Parties)
        {
            float[] table = [.. Enumerable.Range(0, Rows * Columns).Select(_ => (float)Gaussian(random))];
            _tables.Add(party, table);
            for (int i = 0; i < Rows; i++)
            {
                score[i] += table[i * Columns] - (0.5 * table[(i * Columns) + 1]);
            }
        }

        Assignment = RowAssignment.Build(Study, Rows, null);
        _targets = MakeTargets(task, score, random);
    }

    public Study Study { get; }

    public RowAssignment Assignment { get; init; }

    /// <summary>How probable it is that an outcome was reported as the other one. Default: 0.</summary>
    public double ReportedOtherwise { get; init; }

    public CohortOutcome Outcome => field ??= new CohortOutcome(_targets, Assignment) { ReportedOtherwise = ReportedOtherwise };

    /// <summary>Takes the place of a party's engine. Default: the managed one.</summary>
    public Func<PartyId, IBottomModel, IBottomModel> Engine { get; init; } = (_, model) => model;

    public IBottomModel Bottom(PartyId party) => Engine(party, Bottom(party, [.. Enumerable.Range(0, Rows)]));

    /// <summary>A model with fresh weights over some of the rows, in that order.</summary>
    public IBottomModel Bottom(PartyId party, int[] rows) => MemberBottoms.Create(
        new ManagedEngine(),
        new BottomModelPlan(
            new FeatureMatrix(
                [.. rows.SelectMany(r => _tables[party].Skip(r * Columns).Take(Columns))], rows.Length, Columns, [.. Enumerable.Range(0, Columns).Select(c => $"x{c}")]),
            Study.Model.Bottoms[party], Study.Model.Cut, Study.Training.Optimizer, Seed(party.Value)),
        Study.Model.Members);

    public TopModel Top()
    {
        var loss = Outcome.MakeLoss(Study.Training.ClassWeights);
        return new TopModel(Study.Model, loss.Outputs, loss, Study.Training.Optimizer, Seed("top"));
    }

    public TrainingContext Context(PartyId party, int attempt = 1) =>
        new(Study, default, default, attempt, party) { AbsenceContribution = Seed($"absence of {party}") };

    public byte[] DataHash(PartyId party) => SHA256.HashData(MemoryMarshal.AsBytes(_tables[party].AsSpan()));

    public TrainingOutcome Central(bool alone = false) => CentralTraining.Run(
        Study, Study.Parties.Where(p => !alone || p == Study.LabelParty).ToDictionary(p => p, Bottom), Top(), Outcome, Assignment,
        Study.Training.PartyDropout == 0 ? (_, _) => false : Absence().IsAbsent);

    /// <summary>Who is absent from which step.</summary>
    public PartyAbsence Absence() => PartyAbsence.Of(Study, default, Study.FeatureParties.ToDictionary(p => p, p => Context(p).AbsenceContribution));

    public Task<(LabelTrainingResult Label, Dictionary<PartyId, FeatureTrainingResult> Features)> SplitAsync(
        TrainingSwitches? switches = null, IChannelObserver? observer = null, Func<TrainingContext, TrainingContext>? change = null,
        int? window = null) =>
        AttemptAsync(party => change is null ? Context(party) : change(Context(party)), _ => observer, switches ?? TrainingSwitches.Default, window);

    /// <summary>One attempt of all parties. When one of them fails, the others are stopped, and its exception is thrown.</summary>
    public async Task<(LabelTrainingResult Label, Dictionary<PartyId, FeatureTrainingResult> Features)> AttemptAsync(
        Func<PartyId, TrainingContext> context, Func<PartyId, IChannelObserver?> observer, TrainingSwitches switches, int? window = null)
    {
        var ends = new Dictionary<(PartyId, PartyId), Channel>();
        PartyId[] parties = [.. Study.Parties];
        foreach (PartyId a in parties)
        {
            foreach (PartyId b in parties.Where(b => a < b))
            {
                (ends[(a, b)], ends[(b, a)]) = Channel.CreateInMemoryPair(
                    a, b, Options(a), Options(b));
            }
        }

        using var cancellation = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Exception? first = null;
        var features = Study.FeatureParties.ToDictionary(p => p, p => Task.Run(() => GuardAsync(() => FeaturePartyTraining.RunAsync(
            context(p), Bottom(p), Assignment, ends[(p, Study.LabelParty)],
            Study.FeatureParties.Where(q => q != p).ToDictionary(q => q, q => ends[(p, q)]), null, switches, cancellation.Token))));
        Task<LabelTrainingResult?> label = GuardAsync(() => LabelPartyTraining.RunAsync(
            context(Study.LabelParty), Bottom(Study.LabelParty), Top(), Outcome, Assignment,
            Study.FeatureParties.ToDictionary(p => p, p => ends[(Study.LabelParty, p)]), null, switches, cancellation.Token));
        await Task.WhenAll([label, .. features.Values]);
        await Task.WhenAll(ends.Values.Select(e => e.DisposeAsync().AsTask()));
        return first is null
            ? ((await label)!, features.ToDictionary(f => f.Key, f => f.Value.Result!))
            : throw new InvalidOperationException("An attempt ended early.", first);

        ChannelOptions Options(PartyId party)
        {
            var options = new ChannelOptions { Observer = observer(party) };
            return window is { } bytes ? options with { WindowBytes = bytes } : options;
        }

        async Task<T?> GuardAsync<T>(Func<Task<T>> run)
            where T : class
        {
            try
            {
                return await run();
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, e, null);
                await cancellation.CancelAsync();
                return null;
            }
        }
    }

    private static Targets MakeTargets(TaskKind task, double[] score, Random random) => task switch
    {
        TaskKind.Binary => new(OutcomeKind.Binary, [.. score.Select(s => s + Gaussian(random) > 0 ? 1f : 0f)], null, ["0", "1"]),
        TaskKind.Multiclass => new(OutcomeKind.Multiclass, [.. score.Select(s => s > 1 ? 2f : s > -1 ? 1f : 0f)], null, ["a", "b", "c"]),
        TaskKind.Regression => new(OutcomeKind.Regression, [.. score.Select(s => (float)(100 + (30 * s)))], null, []),
        _ => new(OutcomeKind.Survival, [.. score.Select(s => (float)Math.Exp(-s))], [.. score.Select(_ => random.Next(3) > 0)], []),
    };

    private static byte[] Seed(string name) => SHA256.HashData(Encoding.ASCII.GetBytes(name));

    private static double Gaussian(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
