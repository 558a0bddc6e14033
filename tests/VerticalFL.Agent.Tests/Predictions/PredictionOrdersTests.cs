using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Tests.Studies;
using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using Xunit;
using static VerticalFL.Agent.Tests.Studies.DeskFixture;

namespace VerticalFL.Agent.Tests.Predictions;

/// <summary>What an agent says to a prediction that the coordinator orders, true or made up.</summary>
public sealed class PredictionOrdersTests : IDisposable
{
    private static readonly Policy Allowing = new() { Predictions = new PredictionPolicy { Datasets = ["new"] } };
    private readonly DeskFixture _fixture = new();
    private readonly StorageKey _key;
    private readonly RunFolder _folders;
    private readonly StudyDocument _document;

    public PredictionOrdersTests()
    {
        _key = StorageKey.Open(_fixture.State);
        _folders = new RunFolder(_fixture.State);
        _document = _fixture.Known();
    }

    private static byte[] ModelHash => [.. Enumerable.Repeat((byte)0xab, PredictionTerms.ModelHashSize)];

    private static PredictionTerms Terms => new(Run(1), ModelHash, "new", "follow-up", 50);

    public void Dispose()
    {
        _key.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public void Order_for_a_model_that_is_kept_here_may_begin_at_a_feature_party()
    {
        Keep(Lab);

        Assert.Null(_fixture.Desk.WhyNot(Order()) ?? Orders(Lab).WhyNot(Order()));
    }

    [Fact]
    public void Label_party_begins_what_its_own_operator_asked_for_and_nothing_else()
    {
        Keep(Hospital);
        Assert.Equal("this party has not asked for it", Orders(Hospital).WhyNot(Order()));

        new PredictionNotes(Hospital, _folders, _key).SaveTerms(_document.Id, Run(7), Terms);

        Assert.Null(Orders(Hospital).WhyNot(Order()));
        Assert.Equal("its terms are other than before", Orders(Hospital).WhyNot(Order() with { Prediction = Terms with { MinimumPatients = 51 } }));
    }

    [Fact]
    public void Later_attempt_has_the_terms_of_the_first()
    {
        Keep(Lab);
        new PredictionNotes(Lab, _folders, _key).SaveTerms(_document.Id, Run(7), Terms);

        Assert.Null(Orders(Lab).WhyNot(Order() with { Attempt = 2 }));
        Assert.Equal("its terms are other than before", Orders(Lab).WhyNot(Order() with { Attempt = 2, Prediction = Terms with { Dataset = "other" } }));
    }

    [Fact]
    public void Models_of_other_runs_hashes_and_of_runs_without_one_are_refused()
    {
        Assert.Contains("no model abababab", Orders(Lab).WhyNot(Order()), StringComparison.Ordinal);
        Keep(Lab);
        Assert.Contains("no model", Orders(Lab).WhyNot(Order() with { Prediction = Terms with { ModelHash = new byte[32] } }), StringComparison.Ordinal);
        Assert.Contains("no model", Orders(Lab).WhyNot(Order() with { Prediction = Terms with { Model = Run(2) } }), StringComparison.Ordinal);

        // A run that has not finished has no model, whatever lies in its folder.
        _folders.SaveEnd(_key, Lab, _document.Id, Run(1), new RunEnd(3, RunOutcome.Cancelled, "."));
        Assert.Contains("no model", Orders(Lab).WhyNot(Order()), StringComparison.Ordinal);
    }

    [Fact]
    public void Policy_is_asked_each_time()
    {
        Keep(Lab);

        Assert.Contains("takes part in no predictions", Orders(Lab, Policy.Default).WhyNot(Order()), StringComparison.Ordinal);
        Assert.Contains("not one that the policy predicts on", Orders(Lab).WhyNot(Order() with { Prediction = Terms with { Dataset = "all" } }), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_do_not_turn_into_predictions_nor_predictions_into_runs()
    {
        Keep(Lab);
        _fixture.Store.AddPrediction(_document.Id, Run(7));

        Assert.Equal("the run was begun to predict", _fixture.Desk.WhyNot(Order() with { Prediction = null }));
        Assert.Equal("the run was begun to train", _fixture.Desk.WhyNot(Order() with { Run = Run(1) }));
    }

    [Fact]
    public void Predictions_need_the_studys_approvals_and_count_against_no_run()
    {
        Keep(Lab);
        _fixture.Store.AddRun(_document.Id, Run(2));
        Assert.Contains("have been used", _fixture.Desk.WhyNot(_fixture.FullOrder(_document, 3)), StringComparison.Ordinal);

        Assert.Null(_fixture.Desk.WhyNot(Order()));
        Assert.Contains("has not approved", _fixture.Desk.WhyNot(Order() with { Approvals = [.. Order().Approvals.Skip(1)] }), StringComparison.Ordinal);
    }

    private RunOrder Order() => _fixture.FullOrder(_document, 7) with { Prediction = Terms };

    private PredictionOrders Orders(PartyId self, Policy? policy = null) => new(
        self, policy ?? Allowing, _fixture.Store, new ModelShelf(self, _fixture.Store, _folders, _key), new PredictionNotes(self, _folders, _key));

    /// <summary>Run 1 finished here in its third attempt.</summary>
    private void Keep(PartyId self)
    {
        var table = new Table("t", [new Column("a", ["1", "2", "4"])], null, new byte[32]);
        FeatureRecipe recipe = FeatureRecipe.Fit(table, [new SelectedColumn("a", Data.Schema.ColumnKind.Number)], [0, 1, 2]);
        _fixture.Store.AddRun(_document.Id, Run(1));
        new TrainedPart(new ModelCard(1, Convert.ToHexStringLower(ModelHash), new string('c', 64), "managed 1", null), recipe, [1], null)
            .Save(_folders, _key, new SealContext(self, _document.Id, Run(1), 3, "run"));
        _folders.SaveEnd(_key, self, _document.Id, Run(1), new RunEnd(3, RunOutcome.Finished, null));
    }
}
