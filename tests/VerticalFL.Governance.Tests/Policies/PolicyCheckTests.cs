using System.Text;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Governance.Tests.Policies;

public sealed class PolicyCheckTests
{
    private static readonly PartyId Hospital = new("hospital"), Lab = new("lab"), Pharmacy = new("pharmacy");

    [Fact]
    public void Default_policy_accepts_a_plain_study_and_tells_what_it_means()
    {
        IReadOnlyList<PolicyFinding> findings = PolicyCheck.Evaluate(Policy.Default, Three(), Lab);

        Assert.DoesNotContain(findings, f => f.Refuses);
        Assert.Contains(findings, f => f.Rule == "membership" && f.Text.Contains("hospital, lab, pharmacy", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Rule == "labels" && f.Text.Contains("lab, pharmacy", StringComparison.Ordinal));
        Assert.Contains(findings, f => f.Rule == "release");
    }

    [Fact]
    public void Several_keys_are_named_in_their_order_with_what_they_tell()
    {
        Study study = Three(""", "identifiers": [["mrn:mrn"], ["lastName:name", "birthDate:date"]]""");

        PolicyFinding keys = Assert.Single(PolicyCheck.Evaluate(Policy.Default, study, Lab), f => f.Rule == "keys");

        Assert.False(keys.Refuses);
        Assert.Contains("by 2 keys in turn: mrn, then lastName and birthDate.", keys.Text, StringComparison.Ordinal);
        Assert.Contains("by which of them each of their common patients was matched", keys.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(PolicyCheck.Evaluate(Policy.Default, Three(), Lab), f => f.Rule == "keys");
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData(""", "alternatives": [{ "preset": "omics" }]""", 0)]
    [InlineData(""", "alternatives": [{ "preset": "linear" }]""", 1)]
    [InlineData(""", "alternatives": [{ "preset": "omics" }, { "bottoms": { "lab": { "layers": [] } } }]""", 1)]
    [InlineData(""", "alternatives": [{ "bottoms": { "pharmacy": { "layers": [] } } }]""", 0)]
    [InlineData(""", "model": { "preset": "linear" }, "alternatives": [{ "preset": "clinical" }]""", 1)]
    public void A_linear_part_of_this_party_is_told_also_where_it_is_only_tried(string models, int remarks)
    {
        IReadOnlyList<PolicyFinding> findings = PolicyCheck.Evaluate(
            Policy.Default, Three(models.Length == 0 ? "" : models + """, "training": { "earlyStopping": { "validation": 0.2 } }"""), Lab);

        Assert.Equal(remarks, findings.Count(f => f.Rule == "model" && f.Text.Contains("linear", StringComparison.Ordinal)));
    }

    [Fact]
    public void Folds_are_told_as_so_many_more_trainings()
    {
        PolicyFinding folds = Assert.Single(PolicyCheck.Evaluate(Policy.Default, Three(""", "evaluation": { "folds": 5 }"""), Lab), f => f.Rule == "folds");

        Assert.False(folds.Refuses);
        Assert.Contains("trained 5 more times", folds.Text, StringComparison.Ordinal);
        Assert.Contains("of 6 trainings", folds.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(PolicyCheck.Evaluate(Policy.Default, Three(), Lab), f => f.Rule == "folds");
    }

    [Theory]
    [InlineData(""", "alternatives": [{ "preset": "omics" }, {}]""", "alternatives", "3 models are trained", "of 3 trainings", false)]
    [InlineData(""", "training": { "earlyStopping": { "refit": true } }""", "refit", "trained a second time", "of 2 trainings", true)]
    [InlineData(""", "alternatives": [{}], "training": { "earlyStopping": { "refit": true } }""", "alternatives", "2 models are trained", "of 3 trainings", true)]
    public void Several_trainings_are_counted_and_told_and_whose_outcomes_the_last_one_tells_of(string more, string rule, string why, string count, bool refit)
    {
        PolicyFinding told = Assert.Single(PolicyCheck.Evaluate(Policy.Default, Three(more), Lab), f => f.Text.Contains("trainings are shown", StringComparison.Ordinal));

        Assert.Equal((false, rule), (told.Refuses, told.Rule));
        Assert.Contains(why, told.Text, StringComparison.Ordinal);
        Assert.Contains(count, told.Text, StringComparison.Ordinal);
        Assert.Equal(refit, told.Text.Contains("validation patients train too", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData(""", "training": { "earlyStopping": { "validation": 0 } }""", false)]
    public void Members_are_counted_and_told_and_whose_outcomes_they_tell_of(string more, bool holdOut)
    {
        PolicyFinding told = Assert.Single(
            PolicyCheck.Evaluate(Policy.Default, Three(""", "model": { "members": 5 }""" + more), Lab), f => f.Text.Contains("networks that are trained side by side", StringComparison.Ordinal));

        Assert.Equal((false, "members"), (told.Refuses, told.Rule));
        Assert.Contains("of 5 are shown", told.Text, StringComparison.Ordinal);
        Assert.Equal(holdOut, told.Text.Contains("all but the test patients", StringComparison.Ordinal));
    }

    [Fact]
    public void Party_that_is_not_named_is_refused() =>
        Assert.Equal("parties", Assert.Single(PolicyCheck.Evaluate(Policy.Default, Three(), new PartyId("clinic"))).Rule);

    public static TheoryData<string, string> Violations => new()
    {
        { "purposes", """{ "purposes": ["quality control"] }""" },
        { "peers", """{ "peers": { "hospital": {} } }""" },
        { "minimumPatients", """{ "minimumPatients": 51 }""" },
        { "maxRuns", """{ "maxRuns": 2 }""" },
        { "release", """{ "release": [] }""" },
        { "minFeatureParties", """{ "minFeatureParties": 3 }""" },
        { "columns", """{ "columns": { "denied": ["CRP"] } }""" },
        { "columns", """{ "columns": { "allowed": ["hb"] } }""" },
        { "largestSet", """{ "largestSet": 999 }""" },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void Each_rule_refuses_alone(string rule, string policy)
    {
        Study study = Three(""", "purpose": "mortality", "maxRuns": 3, "alignment": { "padTo": 1000 }, "data": { "lab": { "include": ["crp", "hb"] } }""");

        PolicyFinding refusal = Assert.Single(PolicyCheck.Evaluate(Parse(policy), study, Lab), f => f.Refuses);

        Assert.Equal(rule, refusal.Rule);
    }

    [Fact]
    public void Outcome_is_a_column_of_the_label_party_alone()
    {
        Policy policy = Parse("""{ "columns": { "denied": ["label"] } }""");

        Assert.Contains(PolicyCheck.Evaluate(policy, Three(), Hospital), f => f is { Refuses: true, Rule: "columns" });
        Assert.DoesNotContain(PolicyCheck.Evaluate(policy, Three(), Lab), f => f.Refuses);
    }

    [Theory]
    [InlineData("{}", 1000, 1_000_000)]
    [InlineData("""{ "largestSetRatio": 2.5 }""", 1001, 2502)]
    [InlineData("""{ "largestSet": 300 }""", 1000, 300)]
    [InlineData("""{ "largestSet": 300, "largestSetRatio": 1.5 }""", 100, 150)]
    public void Largest_peer_set_is_the_smaller_of_both_limits(string policy, long own, long expected) =>
        Assert.Equal(expected, PolicyCheck.LargestPeerSet(Parse(policy), own));

    [Fact]
    public void Single_feature_party_is_refused_by_its_own_policy_only()
    {
        Study study = Of("""{ "name": "s", "labelParty": "hospital", "featureParties": ["lab"], "task": "binary", "labels": { "disclosedTo": ["lab"] } }""");

        Assert.Contains(PolicyCheck.Evaluate(Policy.Default, study, Lab), f => f is { Refuses: true, Rule: "minFeatureParties" });
        Assert.DoesNotContain(PolicyCheck.Evaluate(Policy.Default, study, Hospital), f => f.Refuses);
        IReadOnlyList<PolicyFinding> allowed = PolicyCheck.Evaluate(Parse("""{ "allowPlainActivations": true }"""), study, Lab);
        Assert.DoesNotContain(allowed, f => f.Refuses);
        Assert.Contains(allowed, f => f.Rule == "minFeatureParties" && f.Text.Contains("patient by patient", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("each", "{}", true, true)]
    [InlineData("each", """{ "allowPlainActivations": true }""", false, true)]
    [InlineData("together", "{}", false, false)]
    public void Parties_that_may_be_absent_need_leave_of_each_whose_activations_would_follow(string groups, string policy, bool refused, bool exposed)
    {
        Study study = Of(
            $$"""{ "name": "s", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] }, "evaluation": { "contributions": "{{groups}}" } }""");

        IReadOnlyList<PolicyFinding> findings = PolicyCheck.Evaluate(Parse(policy), study, Lab);

        Assert.Equal(refused, findings.Any(f => f is { Refuses: true, Rule: "minFeatureParties" } && f.Text.Contains("allowPlainActivations", StringComparison.Ordinal)));
        Assert.DoesNotContain(PolicyCheck.Evaluate(Policy.Default, study, Hospital), f => f.Refuses);
        PolicyFinding remark = Assert.Single(findings, f => f.Rule == "contributions");
        Assert.Equal(exposed, remark.Text.Contains("patient by patient, of: lab, pharmacy", StringComparison.Ordinal));
    }

    [Fact]
    public void Groups_that_are_smaller_than_a_policys_smallest_sum_are_refused()
    {
        Study study = Of("""
            { "name": "s", "labelParty": "hospital", "featureParties": ["a", "b", "c", "lab"], "task": "binary", "labels": { "disclosedTo": ["a", "b", "c", "lab"] },
              "evaluation": { "contributions": [["a", "b"], ["c", "lab"]] } }
            """);

        Assert.DoesNotContain(PolicyCheck.Evaluate(Policy.Default, study, Lab), f => f.Refuses);
        PolicyFinding finding = Assert.Single(PolicyCheck.Evaluate(Parse("""{ "minFeatureParties": 3 }"""), study, Lab), f => f.Refuses);
        Assert.Contains("sums of 2 parties", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Required_label_protection_is_asked_of_the_label_partys_studies_only()
    {
        Policy policy = Parse("""{ "requireLabelProtection": true }""");

        Assert.Contains(PolicyCheck.Evaluate(policy, Three(), Hospital), f => f is { Refuses: true, Rule: "requireLabelProtection" });
        Assert.DoesNotContain(PolicyCheck.Evaluate(policy, Three(), Lab), f => f.Refuses);
    }

    [Fact]
    public void Epsilon_of_reported_outcomes_is_bounded_at_the_label_party_only_and_a_missing_budget_is_remarked()
    {
        Study study = Of(
            """{ "name": "s", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "protection": "labelDp", "epsilon": 2 } }""");
        Policy policy = Parse("""{ "largestEpsilon": 1.5, "privacyBudget": { "epsilon": 5 } }""");

        PolicyFinding refused = Assert.Single(PolicyCheck.Evaluate(policy, study, Hospital), f => f.Refuses);
        Assert.Equal(("largestEpsilon", true), (refused.Rule, refused.Text.Contains("the policy allows 1.5", StringComparison.Ordinal)));
        Assert.DoesNotContain(PolicyCheck.Evaluate(policy, study, Lab), f => f.Refuses);
        Assert.DoesNotContain(PolicyCheck.Evaluate(policy, study, Hospital), f => f.Rule == "privacyBudget");
        Assert.Contains(PolicyCheck.Evaluate(Policy.Default, study, Hospital), f => f is { Refuses: false, Rule: "privacyBudget" });
        Assert.DoesNotContain(PolicyCheck.Evaluate(Policy.Default, study, Lab), f => f.Rule == "privacyBudget");
    }

    [Fact]
    public void Linear_part_is_remarked()
    {
        Study study = Three(""", "model": { "preset": "linear" }""");

        Assert.Contains(PolicyCheck.Evaluate(Policy.Default, study, Lab), f => f.Rule == "model" && f.Text.Contains("Gram", StringComparison.Ordinal));
        Assert.DoesNotContain(PolicyCheck.Evaluate(Policy.Default, Three(), Lab), f => f.Rule == "model");
    }

    [Fact]
    public void What_trades_accuracy_for_a_slow_network_is_remarked()
    {
        static IEnumerable<string> Notes(string training) => PolicyCheck.Evaluate(Policy.Default, Three(training), Lab).Where(f => f.Rule == "training").Select(f => f.Text);

        Assert.Empty(Notes(""));
        Assert.Contains("the last 8 steps", Assert.Single(Notes(""", "training": { "staleness": 8 }""")), StringComparison.Ordinal);
        Assert.Contains("gradients float16", Assert.Single(Notes(""", "training": { "gradients": "float16" }""")), StringComparison.Ordinal);
        Assert.Contains("ring u16.8", Assert.Single(Notes(""", "privacy": { "ring": "u16.8" }""")), StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_are_checked_once_they_are_known()
    {
        Policy policy = Parse("""{ "columns": { "denied": ["ssn*"] } }""");

        Assert.Contains(PolicyCheck.Evaluate(policy, Three(), Lab), f => f is { Refuses: false, Rule: "columns" });
        Assert.Contains("SSN_hash", Assert.Single(PolicyCheck.Columns(policy, ["hb", "SSN_hash"])).Text, StringComparison.Ordinal);
        Assert.Empty(PolicyCheck.Columns(policy, ["hb"]));
    }

    [Fact]
    public void Set_sizes_and_cohort_are_bounded()
    {
        Policy policy = Parse("""{ "largestSetRatio": 10, "largestSet": 5000, "largestCohortShare": 0.5, "minimumPatients": 50 }""");

        Assert.Empty(PolicyCheck.SetSizes(policy, 1000, new Dictionary<PartyId, long> { [Lab] = 5000, [Pharmacy] = 0 }));
        Assert.Equal("largestSet", Assert.Single(PolicyCheck.SetSizes(policy, 1000, new Dictionary<PartyId, long> { [Lab] = 5001 })).Rule);
        Assert.Equal("largestSetRatio", Assert.Single(PolicyCheck.SetSizes(policy, 100, new Dictionary<PartyId, long> { [Lab] = 1001 })).Rule);
        Assert.Empty(PolicyCheck.Cohort(policy, 1000, 500));
        Assert.Equal("largestCohortShare", Assert.Single(PolicyCheck.Cohort(policy, 1000, 501)).Rule);
        Assert.Equal("minimumPatients", Assert.Single(PolicyCheck.Cohort(policy, 1000, 49)).Rule);
    }

    private static Study Three(string more = "") => Of(
        """{ "name": "mortality", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] }""" + more + " }");

    private static Study Of(string json) => StudyDocument.Expand(Encoding.UTF8.GetBytes(json)).Study;

    private static Policy Parse(string json) => Policy.Parse(Encoding.UTF8.GetBytes(json));
}
