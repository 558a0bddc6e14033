using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Tests.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Audits;

public sealed class MaliciousEngineTests
{
    private static readonly PartyId Lab = new("lab");

    [Fact]
    public void A_cheat_begins_as_the_managed_engine_does_and_then_goes_further()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, featureParties: 2);
        using IBottomModel honest = scenario.Bottom(Lab);
        using IBottomModel cheat = new MaliciousBottomModel((ManagedBottomModel)scenario.Bottom(Lab));

        Assert.Equal(honest.HashWeights(), cheat.HashWeights());
        Step(0);
        Assert.Equal(honest.HashWeights(), cheat.HashWeights());
        Step(1);
        Assert.NotEqual(honest.HashWeights(), cheat.HashWeights());

        // What it saved opens in the managed engine, whose state it is.
        using var saved = new MemoryStream();
        cheat.SaveState(saved);
        saved.Position = 0;
        honest.LoadState(saved);
        Assert.Equal(cheat.HashWeights(), honest.HashWeights());

        void Step(long step)
        {
            foreach (IBottomModel model in new[] { honest, cheat })
            {
                float[] cut = new float[32 * model.CutWidth];
                model.Forward([.. Enumerable.Range(0, 32)], step, training: true, cut);
                Array.Fill(cut, 0.1f);
                model.Backward(cut);
                model.Step();
            }
        }
    }

    [Fact]
    public async Task The_joint_model_leans_on_a_party_that_cheats()
    {
        (double honest, byte[] honestHash) = await ShareOfLabAsync((_, model) => model);
        (double cheated, byte[] cheatedHash) = await ShareOfLabAsync((party, model) => party == Lab ? new MaliciousBottomModel((ManagedBottomModel)model) : model);

        Assert.True(cheated > honest + 0.05, $"{cheated} against {honest}");
        Assert.NotEqual(honestHash, cheatedHash);
    }

    // Of what both feature parties' activations vary over training patients, lab's part.
    private static async Task<(double Share, byte[] Hash)> ShareOfLabAsync(Func<PartyId, IBottomModel, IBottomModel> engine)
    {
        var scenario = new TrainingScenario(
            TaskKind.Binary,
            featureParties: 2,
            s => s with
            {
                Training = s.Training with { Epochs = 20, Optimizer = s.Training.Optimizer with { LearningRate = 0.002 }, EarlyStopping = s.Training.EarlyStopping with { Patience = 20 } },
            })
        { Engine = engine };
        Dictionary<PartyId, AuditView> views = scenario.Study.FeatureParties.ToDictionary(p => p, _ => new AuditView(scenario.Assignment.TrainingRows, scenario.Study.Model.Cut));
        var result = await scenario.SplitAsync(change: c => c with { View = views.GetValueOrDefault(c.Self) });
        double lab = Variance(views[Lab]);
        return (lab / views.Values.Sum(Variance), result.Label.Outcome.ModelHash.ToArray());

        static double Variance(AuditView view)
        {
            int width = view.Last.Length / view.Rows.Count;
            return Enumerable.Range(0, width).Sum(k =>
            {
                float[] column = [.. Enumerable.Range(0, view.Rows.Count).Select(r => view.Last[(r * width) + k])];
                double mean = column.Average();
                return column.Average(v => (v - mean) * (v - mean));
            });
        }
    }
}
