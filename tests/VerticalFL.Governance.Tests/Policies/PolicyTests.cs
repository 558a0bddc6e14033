using System.Text;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Governance.Tests.Policies;

public sealed class PolicyTests
{
    private static readonly string Pin = "sha256:" + new string('a', 64);

    [Fact]
    public void Empty_document_is_the_default_policy()
    {
        Policy policy = Parse("{}");

        Assert.Equal(2, policy.MinFeatureParties);
        Assert.False(policy.AllowPlainActivations);
        Assert.Equal(50, policy.MinimumPatients);
        Assert.Null(policy.Peers);
        Assert.Null(policy.Predictions);
    }

    [Fact]
    public void Every_field_is_read()
    {
        Policy policy = Parse($$"""
            { "purposes": ["*mortality*"], "peers": { "lab": { "pin": "{{Pin}}", "operators": { "alice": "{{Pin}}" } }, "pharmacy": {} },
              "columns": { "allowed": ["*"], "denied": ["ssn"] }, "minimumPatients": 100, "minFeatureParties": 3, "allowPlainActivations": true,
              "maxRuns": 2, "requireLabelProtection": true, "release": ["progress", "validationLoss"], "largestSetRatio": 20, "largestSet": 1000000,
              "largestCohortShare": 0.5, "largestEpsilon": 3, "privacyBudget": { "epsilon": 10, "delta": 1e-7, "patient": "mrn" },
              "predictions": { "datasets": ["new-*"], "minimumPatients": 20, "mostPatients": 500, "perPatient": 2, "periodDays": 7 } }
            """);

        Assert.Equal(Pin, policy.ServicePin(new PartyId("lab")));
        Assert.Equal(Pin, policy.OperatorPin(new PartyId("lab"), "alice"));
        Assert.Null(policy.ServicePin(new PartyId("pharmacy")));
        Assert.Equal(3, policy.MinFeatureParties);
        Assert.Equal(0.5, policy.LargestCohortShare);
        Assert.Equal(1_000_000, policy.LargestSet);
        Assert.Equal(3, policy.LargestEpsilon);
        Assert.Equal(new PrivacyBudget { Epsilon = 10, Delta = 1e-7, Patient = "mrn" }, policy.PrivacyBudget);
        Assert.Equal([ReleasedTelemetry.Progress, ReleasedTelemetry.ValidationLoss], policy.Release);
        Assert.Equal(["new-*"], policy.Predictions!.Datasets);
        Assert.Equal((20, 500, 2, 7), (policy.Predictions.MinimumPatients, policy.Predictions.MostPatients, policy.Predictions.PerPatient, policy.Predictions.PeriodDays));
    }

    [Theory]
    [InlineData("", "$")]
    [InlineData("null", "$")]
    [InlineData("[]", "$")]
    [InlineData("""{ "minimumPatient": 5 }""", "$")]
    [InlineData("""{ "MinimumPatients": 5 }""", "$")]
    [InlineData("""{ "maxRuns": 1, "maxRuns": 2 }""", "$")]
    [InlineData("""{ "maxRuns": "1" }""", "$.maxRuns")]
    [InlineData("""{ "maxRuns": 0 }""", "$.maxRuns")]
    [InlineData("""{ "columns": null }""", "$.columns")]
    [InlineData("""{ "columns": { "deny": [] } }""", "$.columns")]
    [InlineData("""{ "purposes": [] }""", "$.purposes")]
    [InlineData("""{ "minimumPatients": 0 }""", "$.minimumPatients")]
    [InlineData("""{ "minFeatureParties": 1 }""", "$.minFeatureParties")]
    [InlineData("""{ "predictions": {} }""", "$.predictions")]
    [InlineData("""{ "predictions": { "datasets": [] } }""", "$.predictions.datasets")]
    [InlineData("""{ "predictions": { "datasets": [null] } }""", "$.predictions.datasets")]
    [InlineData("""{ "predictions": { "datasets": ["*"], "minimumPatients": 0 } }""", "$.predictions.minimumPatients")]
    [InlineData("""{ "predictions": { "datasets": ["*"], "mostPatients": 49 } }""", "$.predictions.mostPatients")]
    [InlineData("""{ "predictions": { "datasets": ["*"], "perPatient": 0 } }""", "$.predictions.perPatient")]
    [InlineData("""{ "predictions": { "datasets": ["*"], "periodDays": 3651 } }""", "$.predictions.periodDays")]
    [InlineData("""{ "predictions": { "datasets": ["*"], "dataset": "x" } }""", "$.predictions")]
    [InlineData("""{ "minFeatureParties": 9 }""", "$.minFeatureParties")]
    [InlineData("""{ "largestCohortShare": 0 }""", "$.largestCohortShare")]
    [InlineData("""{ "largestSet": 0 }""", "$.largestSet")]
    [InlineData("""{ "largestEpsilon": 0 }""", "$.largestEpsilon")]
    [InlineData("""{ "privacyBudget": { "epsilon": -1 } }""", "$.privacyBudget.epsilon")]
    [InlineData("""{ "privacyBudget": { "delta": 1e-5 } }""", "$.privacyBudget.delta")]
    [InlineData("""{ "privacyBudget": { "patient": "" } }""", "$.privacyBudget.patient")]
    [InlineData("""{ "privacyBudget": null }""", "$.privacyBudget")]
    [InlineData("""{ "release": ["everything"] }""", "$.release")]
    [InlineData("""{ "release": [1] }""", "$.release")]
    [InlineData("""{ "peers": { "Lab": {} } }""", "$.peers")]
    [InlineData("""{ "peers": { "lab": null } }""", "$.peers.lab")]
    [InlineData("""{ "peers": { "lab": { "operators": { "alice": null } } } }""", "$.peers.lab.operators.alice")]
    [InlineData("""{ "purposes": [null] }""", "$.purposes")]
    [InlineData("""{ "columns": { "denied": [null] } }""", "$.columns.denied")]
    [InlineData("""{ "columns": { "allowed": null } }""", "$.columns.allowed")]
    [InlineData("""{ "peers": { "lab": { "pin": "sha256:AA" } } }""", "$.peers.lab.pin")]
    [InlineData("""{ "peers": { "lab": { "operators": { "alice": "x" } } } }""", "$.peers.lab.operators.alice")]
    public void Anything_else_is_refused_with_its_place(string json, string path) =>
        Assert.StartsWith(path, Assert.Throws<PolicyException>(() => Parse(json)).Path, StringComparison.Ordinal);

    [Theory]
    [InlineData("*", "anything", true)]
    [InlineData("SSN", "ssn", true)]
    [InlineData("ssn", "ssn2", false)]
    [InlineData("lab_*", "LAB_x", true)]
    [InlineData("a?c", "abc", false)]
    [InlineData("a?c", "a?c", true)]
    [InlineData(@"a\*", @"a\b", true)]
    [InlineData("*name*", "lastName", true)]
    [InlineData("*", "", true)]
    [InlineData("ab*ba", "aba", false)]
    [InlineData("a*b*c", "axbxbxc", true)]
    [InlineData("a*b*c", "acb", false)]
    public void Column_patterns_match_whole_names(string denied, string column, bool matches) =>
        Assert.Equal(!matches, new ColumnPolicy { Denied = [denied] }.Permits(column));

    private static Policy Parse(string json) => Policy.Parse(Encoding.UTF8.GetBytes(json));
}
