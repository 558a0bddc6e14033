using System.Text;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Messages.Tests.Studies;

public sealed class FoldRulesTests
{
    private const string Private = """
        "data": { "lab": { "ranges": { "a": [0, 1] } } }, "labels": {}, "training": { "earlyStopping": { "validation": 0 } }, "privacy": { "differentialPrivacy": { "epsilon": 8 } }
        """;

    [Theory]
    [InlineData(Private, "epsilon of its patients once more")]
    [InlineData("\"labels\": { \"disclosedTo\": [\"lab\"] }, \"alternatives\": [{ \"preset\": \"linear\" }]", "leave one model")]
    [InlineData("\"labels\": { \"disclosedTo\": [\"lab\"] }, \"training\": { \"partyDropout\": 0.1 }", "with all parties there")]
    [InlineData("\"labels\": { \"disclosedTo\": [\"lab\"] }, \"training\": { \"earlyStopping\": { \"refit\": true } }", "no row that stops it")]
    public void Expand_refuses_folds_beside_what_they_do_not_go_with(string rest, string problem)
    {
        var e = Assert.Throws<StudyException>(() => Expand("\"folds\": 5", rest));

        Assert.Equal("$.evaluation.folds", e.Path);
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        Assert.Equal(0, Expand("\"folds\": null", rest).Study.FoldCount);
    }

    [Fact]
    public void Study_without_folds_has_the_bytes_that_it_had_before_there_were_any()
    {
        StudyDocument without = Expand("\"bootstrap\": 10", "\"labels\": { \"disclosedTo\": [\"lab\"] }");

        Assert.DoesNotContain("folds", Encoding.UTF8.GetString(without.Bytes.Span), StringComparison.Ordinal);
        Assert.Contains("    \"folds\": 5\n", Encoding.UTF8.GetString(Expand("\"folds\": 5", "\"labels\": { \"disclosedTo\": [\"lab\"] }").Bytes.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Model_of_a_fold_is_the_study_s_own_judged_with_all_parties()
    {
        Study study = Expand("\"folds\": 5, \"contributions\": \"together\"", "\"labels\": { \"disclosedTo\": [\"lab\"] }").Study;

        Study fold = study.WithModel(3);

        Assert.Equal((1, 5, 6), (study.ModelCount, study.FoldCount, study.TrainingCount));
        Assert.Same(study, study.WithModel(0));
        Assert.Same(study.Model, fold.Model);
        Assert.Equal((0, 0), (fold.FoldCount, fold.Evaluation.Contributions.Count));
    }

    private static StudyDocument Expand(string evaluation, string rest) => StudyDocument.Expand(Encoding.UTF8.GetBytes(
        $$"""{ "name": "s", "labelParty": "hospital", "featureParties": ["lab"], "task": "binary", "evaluation": { {{evaluation}} }, {{rest}} }"""));
}
