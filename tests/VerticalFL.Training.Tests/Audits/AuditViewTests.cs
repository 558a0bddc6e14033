using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Tests.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Audits;

public sealed class AuditViewTests
{
    private static readonly PartyId Lab = new("lab");
    private static readonly PartyId Pharmacy = new("pharmacy");

    [Fact]
    public async Task The_label_party_sees_the_sum_of_what_the_feature_parties_computed_and_nothing_else()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, featureParties: 2);
        Dictionary<PartyId, AuditView> views = await ViewsAsync(scenario);

        AuditView sum = views[scenario.Study.LabelParty];
        Assert.Equal(scenario.Assignment.TrainingRows, sum.Rows);
        Assert.Empty(sum.Gradients);
        foreach ((float[] label, float[] lab, float[] pharmacy) in new[]
            {
                (sum.Last, views[Lab].Last, views[Pharmacy].Last), (sum.Averaged, views[Lab].Averaged, views[Pharmacy].Averaged),
            })
        {
            // Two roundings to 20 bits behind the point.
            Assert.All(label.Index(), v => Assert.Equal(lab[v.Index] + pharmacy[v.Index], v.Item, 2e-6));
        }

        // Every feature party gets the same gradients.
        Assert.Equal(views[Lab].Gradients, views[Pharmacy].Gradients);
        Assert.Contains(views[Lab].Gradients, g => g != 0);
    }

    [Fact]
    public async Task With_one_feature_party_the_sum_is_its_activation()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, featureParties: 1);
        Dictionary<PartyId, AuditView> views = await ViewsAsync(scenario);

        Assert.All(views[scenario.Study.LabelParty].Last.Index(), v => Assert.Equal(views[Lab].Last[v.Index], v.Item, 1e-6));
    }

    [Fact]
    public async Task Looking_changes_no_bit_of_the_model()
    {
        var scenario = new TrainingScenario(TaskKind.Binary, featureParties: 2);
        var clear = await scenario.SplitAsync();
        var looked = await scenario.SplitAsync(change: c => c with { View = new AuditView(scenario.Assignment.TrainingRows, scenario.Study.Model.Cut) });

        Assert.Equal(clear.Label.Outcome.ModelHash.ToArray(), looked.Label.Outcome.ModelHash.ToArray());
    }

    private static async Task<Dictionary<PartyId, AuditView>> ViewsAsync(TrainingScenario scenario)
    {
        Dictionary<PartyId, AuditView> views = scenario.Study.Parties.ToDictionary(p => p, _ => new AuditView(scenario.Assignment.TrainingRows, scenario.Study.Model.Cut));
        await scenario.SplitAsync(change: c => c with { View = views[c.Self] });
        return views;
    }
}
