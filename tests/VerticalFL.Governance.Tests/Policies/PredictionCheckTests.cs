using System.Text;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Governance.Tests.Policies;

public sealed class PredictionCheckTests
{
    private static readonly PartyId Lab = new("lab");
    private static readonly Policy Allowing = new() { Predictions = new PredictionPolicy { Datasets = ["new-*"] } };
    private static readonly PredictionTerms Terms = new(default, new byte[PredictionTerms.ModelHashSize], "new-2027", "quality assurance", 50);

    [Fact]
    public void What_the_policy_allows_is_not_refused() => Assert.DoesNotContain(PredictionCheck.Evaluate(Allowing, Study(), Lab, Terms), f => f.Refuses);

    [Fact]
    public void Policy_that_says_nothing_of_predictions_allows_none() => Refused("predictions", Policy.Default, Terms);

    [Fact]
    public void A_model_with_differential_privacy_predicts_nobody_further() => Refused(
        "differentialPrivacy", Allowing, Terms,
        """
        , "featureParties": ["lab", "pharmacy"], "labels": {}, "training": { "earlyStopping": { "validation": 0 } }, "privacy": { "differentialPrivacy": { "epsilon": 8 } },
          "data": { "lab": { "ranges": { "a": [0, 1] } }, "pharmacy": { "ranges": { "b": [0, 1] } } }
        """);

    [Theory]
    [InlineData("labs-2026", 50, "quality assurance", "predictions.datasets")]
    [InlineData("new-2027", 49, "quality assurance", "predictions.minimumPatients")]
    [InlineData("new-2027", 50, "marketing", "purposes")]
    [InlineData("new-2027", 50, "", "purposes")]
    public void Other_terms_are_refused_by_the_rule_that_forbids_them(string dataset, int minimum, string purpose, string rule) => Refused(
        rule,
        Allowing with { Purposes = ["quality*"] },
        Terms with { Dataset = dataset, MinimumPatients = minimum, Purpose = purpose });

    [Fact]
    public void What_refuses_the_study_refuses_its_predictions()
    {
        Refused("minFeatureParties", Allowing, Terms, """, "featureParties": ["lab"], "labels": { "disclosedTo": ["lab"] }""");
        Assert.DoesNotContain(
            PredictionCheck.Evaluate(Allowing with { AllowPlainActivations = true }, Study(""", "featureParties": ["lab"], "labels": { "disclosedTo": ["lab"] }"""), Lab, Terms),
            f => f.Refuses);
    }

    [Theory]
    [InlineData("each", "pharmacy", true, null)]
    [InlineData("each", "pharmacy", false, "minFeatureParties")]
    [InlineData("each", "lab", true, "contributions")]
    [InlineData("each", "hospital", true, "contributions")]
    [InlineData("together", "pharmacy", true, "contributions")]
    public void Parties_are_absent_only_as_the_study_says_and_with_leave_of_those_whom_differences_show(string groups, string without, bool leave, string? rule)
    {
        PolicyFinding? refusal = PredictionCheck.Evaluate(
            Allowing with { AllowPlainActivations = leave },
            Study($$""", "featureParties": ["lab", "pharmacy"], "labels": { "disclosedTo": ["lab", "pharmacy"] }, "evaluation": { "contributions": "{{groups}}" }"""),
            Lab,
            Terms with { Without = [new PartyId(without)] }).FirstOrDefault(f => f.Refuses);

        Assert.Equal(rule, refusal?.Rule);
    }

    [Theory]
    [InlineData(49, "predictions.minimumPatients")]
    [InlineData(50, null)]
    [InlineData(10_000, null)]
    [InlineData(10_001, "predictions.mostPatients")]
    public void Cohort_is_bounded_below_and_above(int patients, string? rule) =>
        Assert.Equal(rule, PredictionCheck.Cohort(Allowing.Predictions!, patients).SingleOrDefault()?.Rule);

    private static void Refused(string rule, Policy policy, PredictionTerms terms, string? parties = null) =>
        Assert.Equal(rule, PredictionCheck.Evaluate(policy, Study(parties), Lab, terms).First(f => f.Refuses).Rule);

    private static Study Study(string? parties = null) => StudyDocument.Expand(Encoding.UTF8.GetBytes(
        $$"""{ "name": "s", "purpose": "quality assurance", "labelParty": "hospital", "task": "binary"{{parties ?? ", \"featureParties\": [\"lab\", \"pharmacy\"], \"labels\": { \"disclosedTo\": [\"lab\", \"pharmacy\"] }"}} }""")).Study;
}
