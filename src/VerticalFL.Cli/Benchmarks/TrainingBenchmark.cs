using System.Diagnostics;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Losses;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Training.Split;
using VerticalFL.Transport;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>
/// Times whole training steps of a federation: every party in this process, as in a run, over mutual TLS on the loopback interface. Each party
/// has one hidden layer and Adam; the label party's top has one hidden layer of 32.
/// </summary>
internal sealed class TrainingBenchmark
{
    private const int BatchesPerEpoch = 16;
    private readonly TrainingBenchmarkOptions _options;
    private readonly PartyId[] _parties;
    private readonly Study _study;
    private readonly RowAssignment _rows;
    private readonly CohortOutcome _outcome;
    private readonly FeatureMatrix[] _tables;

    private TrainingBenchmark(TrainingBenchmarkOptions options)
    {
        _options = options;
        _parties = [.. Enumerable.Range(0, options.Parties).Select(i => new PartyId(i == 0 ? "hospital" : $"lab-{i}"))];
        int rows = (options.Batch * Math.Min(options.Steps, BatchesPerEpoch)) + 1;
        _study = MakeStudy(options, _parties, rows);
        _rows = RowAssignment.Build(_study, rows, null);
        _tables = [.. _parties.Select((_, i) => MakeTable(i, rows, options.Features))];
        float[] labels = [.. Enumerable.Range(0, rows).Select(r => _tables.Sum(t => t.Values[r * options.Features]) > 0 ? 1f : 0f)];
        _outcome = new CohortOutcome(new Targets(OutcomeKind.Binary, labels, null, ["0", "1"]), _rows);
    }

    /// <summary>Runs one training, then the repetitions.</summary>
    /// <param name="options">What to measure; has no <see cref="TrainingBenchmarkOptions.Problem"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<TrainingMeasurement> RunAsync(TrainingBenchmarkOptions options, CancellationToken cancellationToken)
    {
        var benchmark = new TrainingBenchmark(options);
        using var keys = new ThrowawayKeys(benchmark._parties);
        (TrainingTime first, double bytesPerStep) = await benchmark.TrainAsync(keys, cancellationToken);
        var runs = new List<TrainingTime>();
        var bottom = new List<double>();
        for (int i = 0; i < options.Repeat; i++)
        {
            GC.Collect();
            runs.Add((await benchmark.TrainAsync(keys, cancellationToken)).Time);
            bottom.Add(benchmark.TimeBottom(cancellationToken));
        }

        double step = Median(runs.Select(r => r.StepMilliseconds));
        double cpu = Median(runs.Select(r => r.CpuMilliseconds));
        double masks = await MaskCost.MillisecondsAsync(
            benchmark._parties, benchmark._study.Privacy.Ring, options.Batch * options.Cut, cancellationToken);
        return new TrainingMeasurement
        {
            Parties = options.Parties,
            Features = options.Features,
            Hidden = options.Hidden,
            Cut = options.Cut,
            Batch = options.Batch,
            SamplesPerSecond = Math.Round(options.Batch / step * 1000),
            StepMilliseconds = Math.Round(step, 4),
            CpuMilliseconds = Math.Round(cpu, 4),
            BottomMilliseconds = Math.Round(Median(bottom), 4),
            BytesPerSample = Math.Round(bytesPerStep / options.Batch, 2),
            MaskSharePercent = Math.Round(100 * masks / cpu, 3),
            First = first,
            Runs = runs,
        };
    }

    private async Task<(TrainingTime Time, double BytesPerStep)> TrainAsync(ThrowawayKeys keys, CancellationToken cancellationToken)
    {
        await using PartyMesh mesh = await PartyMesh.ConnectAsync(_parties, keys, cancellationToken);
        EpochMarks[] marks = [.. _parties.Select((_, i) => new EpochMarks(() => mesh.BytesSent(i)))];
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] running = [.. _parties.Select((_, i) => Task.Run(() => TrainAsync(i, mesh.Channels[i], marks[i], stop.Token), stop.Token))];
        try
        {
            await foreach (Task ended in Task.WhenEach(running))
            {
                await ended;
            }
        }
        finally
        {
            // When one party fails, the others wait for it.
            await stop.CancelAsync();
            await Task.WhenAll(running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return (marks[0].Time, marks.Sum(m => m.BytesPerStep));
    }

    private async Task TrainAsync(int party, IReadOnlyDictionary<PartyId, Channel> channels, EpochMarks marks, CancellationToken cancellationToken)
    {
        var context = new TrainingContext(_study, default, default, 1, _parties[party]);
        using ManagedBottomModel bottom = MakeBottom(party);
        if (party > 0)
        {
            Dictionary<PartyId, Channel> others = channels.Where(c => c.Key != _study.LabelParty).ToDictionary(c => c.Key, c => c.Value);
            await FeaturePartyTraining.RunAsync(context, bottom, _rows, channels[_study.LabelParty], others, marks, cancellationToken);
            return;
        }

        ILoss loss = _outcome.MakeLoss(_study.Training.ClassWeights);
        using var top = new TopModel(_study.Model, loss.Outputs, loss, _study.Training.Optimizer, new byte[32]);
        await LabelPartyTraining.RunAsync(context, bottom, top, _outcome, _rows, channels, marks, cancellationToken);
    }

    /// <summary>Milliseconds of one bottom model's step, forward, backward and optimiser, with nothing else beside it.</summary>
    private double TimeBottom(CancellationToken cancellationToken)
    {
        using ManagedBottomModel bottom = MakeBottom(0);
        int[] rows = [.. _rows.TrainingRows];
        new Random(1).Shuffle(rows);
        var cut = new float[_options.Batch * _options.Cut];
        var gradient = new float[cut.Length];
        Array.Fill(gradient, 0.001f);
        long start = 0;
        for (int step = -(_options.Steps / 2); step < _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            start = step <= 0 ? Stopwatch.GetTimestamp() : start;
            int at = Math.Abs(step) * _options.Batch % rows.Length;
            bottom.Forward(rows.AsSpan(at, _options.Batch), Math.Abs(step), training: true, cut);
            bottom.Backward(gradient);
            bottom.Step();
        }

        return Stopwatch.GetElapsedTime(start).TotalMilliseconds / _options.Steps;
    }

    private ManagedBottomModel MakeBottom(int party) => new(
        _tables[party], _study.Model.Bottoms[_parties[party]], _options.Cut, _study.Training.Optimizer, [.. Enumerable.Repeat((byte)party, 32)]);

    private static Study MakeStudy(TrainingBenchmarkOptions options, PartyId[] parties, int rows)
    {
        int batches = Math.Min(options.Steps, BatchesPerEpoch);
        var bottom = new BottomSettings { Layers = [options.Hidden], Dropout = 0 };
        return new Study
        {
            Name = "bench",
            LabelParty = parties[0],
            FeatureParties = parties[1..],
            Seed = 1,
            Task = new TaskSettings { Kind = TaskKind.Binary, TestFraction = 1.0 / rows },
            Labels = new LabelSettings { DisclosedTo = parties[1..] },
            Model = new ModelSettings { Cut = options.Cut, Top = [32], TopDropout = 0, Bottoms = parties.ToDictionary(p => p, _ => bottom) },
            Training = new TrainingSettings
            {
                Epochs = 1 + ((options.Steps + batches - 1) / batches),
                Batch = options.Batch,
                Optimizer = new OptimizerSettings { Kind = OptimizerKind.Adam, WeightDecay = 0 },
                EarlyStopping = new EarlyStoppingSettings { Validation = 0 },
            },
        };
    }

    private static FeatureMatrix MakeTable(int party, int rows, int columns)
    {
        var random = new Random(party);
        var values = new float[rows * columns];
        foreach (ref float value in values.AsSpan())
        {
            value = (random.NextSingle() * 2) - 1;
        }

        return new FeatureMatrix(values, rows, columns, [.. Enumerable.Range(0, columns).Select(c => $"x{c}")]);
    }

    private static double Median(IEnumerable<double> values) => Spread.Of(values).Median;
}
