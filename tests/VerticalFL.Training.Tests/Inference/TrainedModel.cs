using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Inference;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Split;
using VerticalFL.Transport;

namespace VerticalFL.Training.Tests.Inference;

/// <summary>A scenario that has been trained, kept as a run keeps it: as states, from which models over other rows are made.</summary>
internal sealed class TrainedModel
{
    private readonly Dictionary<PartyId, byte[]> _bottoms = [];
    private readonly byte[] _top;

    public TrainedModel(TrainingScenario scenario)
    {
        Scenario = scenario;
        Dictionary<PartyId, IBottomModel> bottoms = scenario.Study.Parties.ToDictionary(p => p, scenario.Bottom);
        using TopModel top = scenario.Top();
        Outcome = CentralTraining.Run(scenario.Study, bottoms, top, scenario.Outcome, scenario.Assignment);
        foreach ((PartyId party, IBottomModel bottom) in bottoms)
        {
            _bottoms.Add(party, StateOf(bottom.SaveState));
            bottom.Dispose();
        }

        _top = StateOf(top.SaveState);
    }

    public TrainingScenario Scenario { get; }

    public TrainingOutcome Outcome { get; }

    public IBottomModel Bottom(PartyId party, int[] rows)
    {
        IBottomModel model = Scenario.Bottom(party, rows);
        model.LoadState(new MemoryStream(_bottoms[party]));
        return model;
    }

    public TopModel Top()
    {
        ILoss loss = Loss.For(Scenario.Outcome.Kind, Scenario.Outcome.Classes.Count);
        var top = new TopModel(Scenario.Study.Model, loss.Outputs, loss, Scenario.Study.Training.Optimizer, new byte[32]);
        top.LoadState(new MemoryStream(_top));
        return top;
    }

    /// <summary>One attempt of all parties; when one fails, the others are stopped.</summary>
    public async Task<float[]> PredictAsync(
        int[] rows, Func<PartyId, int>? attempt = null, Func<PartyId, IChannelObserver?>? observer = null, params PartyId[] away)
    {
        Study study = Scenario.Study;
        PartyId[] parties = [.. study.Parties.Except(away)];
        var ends = new Dictionary<(PartyId, PartyId), Channel>();
        foreach (PartyId a in parties)
        {
            foreach (PartyId b in parties.Where(b => a < b))
            {
                (ends[(a, b)], ends[(b, a)]) = Channel.CreateInMemoryPair(a, b, Options(a), Options(b));
            }
        }

        using var stop = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        Exception? first = null;
        float[] outputs = [];
        await Task.WhenAll(parties.Select(p => Task.Run(() => GuardAsync(() => RunAsync(p)))));
        await Task.WhenAll(ends.Values.Select(e => e.DisposeAsync().AsTask()));
        return first is null ? outputs : throw new InvalidOperationException("A prediction ended early.", first);

        async Task RunAsync(PartyId party)
        {
            TrainingContext context = Scenario.Context(party, attempt?.Invoke(party) ?? 1) with { Away = away };
            using IBottomModel own = Bottom(party, rows);
            if (party == study.LabelParty)
            {
                using TopModel top = Top();
                outputs = await LabelPartyInference.RunAsync(
                    context, own, top, study.FeatureParties.Except(away).ToDictionary(q => q, q => ends[(party, q)]), null, stop.Token);
                return;
            }

            await FeaturePartyInference.RunAsync(
                context, own, ends[(party, study.LabelParty)], study.FeatureParties.Except(away).Where(q => q != party).ToDictionary(q => q, q => ends[(party, q)]), null, stop.Token);
        }

        async Task GuardAsync(Func<Task> run)
        {
            try
            {
                await run();
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, e, null);
                await stop.CancelAsync();
            }
        }

        ChannelOptions Options(PartyId party) => new() { Observer = observer?.Invoke(party) };
    }

    private static byte[] StateOf(Action<Stream> save)
    {
        using var memory = new MemoryStream();
        save(memory);
        return memory.ToArray();
    }
}
