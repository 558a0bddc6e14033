using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Governance.Policies;

/// <summary>Holds a study, a header and set sizes against a party's policy. Nothing here asks whether anybody has approved.</summary>
public static class PolicyCheck
{
    /// <summary>What the policy says to a study before any data is touched: what refuses it first, then what is shown at approval.</summary>
    /// <param name="policy">The party's policy.</param>
    /// <param name="study">The expanded study.</param>
    /// <param name="self">The party.</param>
    public static IReadOnlyList<PolicyFinding> Evaluate(Policy policy, Study study, PartyId self)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(study);
        if (!study.Parties.Contains(self))
        {
            return [Refusal("parties", $"The study does not name party '{self}'.")];
        }

        return [.. Refusals(policy, study, self), .. Remarks(policy, study, self)];
    }

    /// <summary>Holds the columns that a study selects against the policy, once the data's header is known.</summary>
    /// <param name="policy">The party's policy.</param>
    /// <param name="columns">The columns that the study uses of this party's data, the outcome's too; identifier columns are not among them.</param>
    /// <returns>One finding for each column that is not permitted.</returns>
    public static IReadOnlyList<PolicyFinding> Columns(Policy policy, IEnumerable<string> columns)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(columns);
        return [.. columns.Where(c => !policy.Columns.Permits(c)).Select(c => Refusal(
            "columns", $"The study uses the column '{c}', which the policy does not permit: exclude it in the study's data section."))];
    }

    /// <summary>The most patients that a peer may declare, for the alignment to refuse more before it answers for a single one.</summary>
    /// <param name="policy">The party's policy.</param>
    /// <param name="ownPatients">This party's patients.</param>
    public static long LargestPeerSet(Policy policy, long ownPatients)
    {
        ArgumentNullException.ThrowIfNull(policy);
        double byRatio = policy.LargestSetRatio * ownPatients;
        return Math.Min(policy.LargestSet ?? long.MaxValue, byRatio < long.MaxValue ? (long)byRatio : long.MaxValue);
    }

    /// <summary>Holds the peers' declared set sizes against the policy.</summary>
    /// <param name="policy">The party's policy.</param>
    /// <param name="ownPatients">This party's patients.</param>
    /// <param name="declared">The peers' declared sizes.</param>
    public static IReadOnlyList<PolicyFinding> SetSizes(Policy policy, long ownPatients, IReadOnlyDictionary<PartyId, long> declared)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(declared);
        var findings = new List<PolicyFinding>();
        foreach ((PartyId peer, long size) in declared.OrderBy(d => d.Key))
        {
            if (size > policy.LargestSet)
            {
                findings.Add(Refusal("largestSet", $"Party '{peer}' declares {size} patients; the policy accepts {policy.LargestSet}."));
            }

            if (size > policy.LargestSetRatio * ownPatients)
            {
                findings.Add(Refusal(
                    "largestSetRatio", $"Party '{peer}' declares {size} patients, more than {policy.LargestSetRatio} times the {ownPatients} here."));
            }
        }

        return findings;
    }

    /// <summary>Holds the size of the cohort against the policy, after the alignment and before any activation leaves.</summary>
    /// <param name="policy">The party's policy.</param>
    /// <param name="ownPatients">This party's patients.</param>
    /// <param name="cohort">The common patients.</param>
    public static IReadOnlyList<PolicyFinding> Cohort(Policy policy, long ownPatients, long cohort)
    {
        ArgumentNullException.ThrowIfNull(policy);
        var findings = new List<PolicyFinding>();
        if (cohort < policy.MinimumPatients)
        {
            findings.Add(Refusal("minimumPatients", $"The cohort has {cohort} patients; the policy asks for {policy.MinimumPatients}."));
        }

        if (cohort > policy.LargestCohortShare * ownPatients)
        {
            findings.Add(Refusal(
                "largestCohortShare", $"The cohort has {cohort} of the {ownPatients} patients here, a larger share than the policy's {policy.LargestCohortShare}."));
        }

        return findings;
    }

    private static IEnumerable<PolicyFinding> Refusals(Policy policy, Study study, PartyId self)
    {
        if (!Pattern.MatchesAny(policy.Purposes, study.Purpose))
        {
            yield return Refusal("purposes", study.Purpose.Length == 0
                ? "The study states no purpose, and the policy allows only certain ones."
                : $"The purpose '{study.Purpose}' is not one that the policy allows.");
        }

        foreach (PartyId peer in study.Parties.Where(p => p != self && policy.Peers?.ContainsKey(p) == false))
        {
            yield return Refusal("peers", $"Party '{peer}' is not among the peers that the policy names.");
        }

        if (study.Alignment.MinimumPatients < policy.MinimumPatients)
        {
            yield return Refusal(
                "minimumPatients", $"The study goes on with {study.Alignment.MinimumPatients} common patients; the policy asks for at least {policy.MinimumPatients}.");
        }

        if (study.Alignment.PadTo > policy.LargestSet)
        {
            yield return Refusal(
                "largestSet", $"The study lets every party bring {study.Alignment.PadTo} identifiers; the policy accepts {policy.LargestSet}.");
        }

        if (study.FeatureParties.Contains(self) && study.FeatureParties.Count >= policy.MinFeatureParties && !policy.AllowPlainActivations
            && Differencing.FewestTogether(study.FeatureParties, PartySubsets.Of(study), self) is var fewest && fewest < policy.MinFeatureParties)
        {
            yield return Refusal(
                "minFeatureParties",
                $"The study judges and uses the model with some parties absent (evaluation.contributions), so '{study.LabelParty}' could work out {(fewest == 1 ? "this party's own activations" : $"sums of {fewest} parties")} from sums that differ; the policy asks for {policy.MinFeatureParties} parties in a sum, or for allowPlainActivations. A study that lets more parties be absent together only, or \"together\" all of them, keeps to that.");
        }

        if (study.FeatureParties.Contains(self) && study.FeatureParties.Count < policy.MinFeatureParties && !policy.AllowPlainActivations)
        {
            yield return Refusal(
                "minFeatureParties",
                $"The study has {Count(study.FeatureParties.Count, "feature party", "feature parties")}, so '{study.LabelParty}' could read this party's own activations; the policy asks for {policy.MinFeatureParties}, or for allowPlainActivations.");
        }

        if (study.MaxRuns > policy.MaxRuns)
        {
            yield return Refusal("maxRuns", $"The study asks for {study.MaxRuns} runs; the policy allows {policy.MaxRuns}.");
        }

        if (policy.RequireLabelProtection && study.LabelParty == self && study.Labels.Protection == LabelProtection.None)
        {
            yield return Refusal("requireLabelProtection", "The study does not protect this party's labels, which the policy requires.");
        }

        if (study.LabelParty == self && study.Labels.Protection == LabelProtection.LabelDp && study.Labels.Epsilon > policy.LargestEpsilon)
        {
            yield return Refusal(
                "largestEpsilon",
                FormattableString.Invariant($"The study reports outcomes with an epsilon of {study.Labels.Epsilon:0.###}; the policy allows {policy.LargestEpsilon:0.###}."));
        }

        if (study.Privacy.DifferentialPrivacy is { } differential && differential.Epsilon > policy.LargestEpsilon)
        {
            yield return Refusal(
                "largestEpsilon",
                FormattableString.Invariant($"The study's differential privacy has an epsilon of {differential.Epsilon:0.###}; the policy allows {policy.LargestEpsilon:0.###}."));
        }

        foreach (ReleasedTelemetry released in study.Privacy.Release.Except(policy.Release))
        {
            yield return Refusal("release", $"The study tells the coordinator the {Name(released)}, which the policy does not release.");
        }

        // Names can be judged now; patterns only when the header is known, by Columns.
        IEnumerable<string> outcome = study.LabelParty != self ? [] : study.Task.Kind == TaskKind.Survival ? [study.Task.Time, study.Task.Event] : [study.Task.Label];
        foreach (PolicyFinding finding in Columns(policy, Data(study, self).Include.Where(c => !c.Contains('*')).Concat(outcome)))
        {
            yield return finding;
        }
    }

    private static IEnumerable<PolicyFinding> Remarks(Policy policy, Study study, PartyId self)
    {
        yield return Remark(
            "membership",
            $"These parties learn which of their patients are in this cohort: {List(study.Parties)}. Being in it may itself be a diagnosis.");

        if (study.Identifiers.Count > 1)
        {
            yield return Remark(
                "keys",
                $"Patients are matched by {study.Identifiers.Count} keys in turn: {string.Join(", then ", study.Identifiers.Select(k => string.Join(" and ", k.Select(i => i.Column))))}. "
                + "These parties also learn by which of them each of their common patients was matched, so that for a later one some other party's record lacks the keys before or has other values there; "
                + "a later key may match two different people; and what the keys before the last have matched is told before it is known whether the cohort reaches the minimum.");
        }

        if (study.FeatureParties.Count == 1)
        {
            yield return Remark("minFeatureParties", study.FeatureParties[0] == self
                ? $"This is the only feature party: '{study.LabelParty}' can read its activations patient by patient."
                : $"'{study.FeatureParties[0]}' is the only feature party: '{study.LabelParty}' can read its activations patient by patient.");
        }

        if (study.Evaluation.Contributions is { Count: > 0 } groups)
        {
            PartyId[] plain = study.FeatureParties.Count == 1
                ? []
                : [.. study.FeatureParties.Where(p => Differencing.FewestTogether(study.FeatureParties, PartySubsets.Of(study), p) == 1)];
            yield return Remark(
                "contributions",
                $"The model is judged with every subset of these groups of parties, and predictions may go on without them: {string.Join("; ", groups.Select(List))}. "
                + (plain.Length > 0
                    ? $"From sums that differ '{study.LabelParty}' can work out the activations, patient by patient, of: {List(plain)}."
                    : $"No single party's activations follow from the sums that '{study.LabelParty}' then has."));
        }

        if (study.TrainingCount > 1)
        {
            (string rule, string why) =
                study.Evaluation.Folds is { } folds ? ("folds", $"For cross-validation the model is trained {folds} more times on parts of the same patients")
                : study.Alternatives.Count > 0 ? ("alternatives", $"{study.ModelCount} models are trained on the same patients and the best is kept")
                : ("refit", "The model is trained a second time");
            yield return Remark(
                rule,
                $"{why}: sums of activations and gradients of {study.TrainingCount} trainings are shown instead of one's, and what can be inferred from one training can be inferred better from all."
                + (study.Training.EarlyStopping.Refit ? " In the last one validation patients train too: gradients tell of their outcomes what they tell of training patients'." : ""));
        }

        if (study.Model.Members > 1)
        {
            yield return Remark(
                "members",
                $"The model is the mean of {study.Model.Members} networks that are trained side by side: sums of activations and gradients of {study.Model.Members} are shown instead of one's, and what can be inferred from one can be inferred better from all."
                + (study.MembersHoldOut ? " Each holds out other patients for validation, so that gradients tell of the outcomes of all but the test patients." : ""));
        }

        if (study.Labels.DisclosedTo.Count > 0)
        {
            yield return Remark(
                "labels", $"Gradients may reveal the outcome of each patient in the cohort; the study declares it disclosed to: {List(study.Labels.DisclosedTo)}.");
        }
        else if (study.Labels.Protection != LabelProtection.None)
        {
            yield return Remark("labels", study.Labels.Protection == LabelProtection.LabelDp
                ? FormattableString.Invariant($"All that leaves is calculated from outcomes reported with label differential privacy, epsilon {study.Labels.Epsilon:0.###}: that bounds what anybody can infer of one patient's outcome beyond what the columns of other parties tell.")
                : "The gradients are perturbed against inferring labels. That lowers what feature parties can infer; it does not rule it out.");
        }

        if (study.Privacy.DifferentialPrivacy is { } differential)
        {
            yield return Remark("privacy", FormattableString.Invariant(
                $"Differential privacy at patient level: what this party's data of one patient tells all other parties together is bounded by epsilon {differential.Epsilon:0.###} at delta {differential.Delta:0.#e+0}; who is in the cohort is not covered. The noise costs much of what the parties' columns add."));
        }

        if ((study.Privacy.DifferentialPrivacy is not null || (study.Labels.Protection == LabelProtection.LabelDp && study.LabelParty == self)) && policy.PrivacyBudget.Epsilon is null)
        {
            yield return Remark("privacyBudget", "The policy sets no privacy budget: what this and other studies tell of a patient is counted, and never refused.");
        }

        if (study.Alternatives.Prepend(study.Model).Any(m => m.Bottoms.GetValueOrDefault(self) is { Layers.Count: 0 }))
        {
            yield return Remark(
                "model", "This party's part is linear: over many steps the label party may learn inner products between patients' features (Gram attack).");
        }

        if (study.Privacy.ReleaseNoise is { } noise)
        {
            yield return Remark("privacy", FormattableString.Invariant(
                $"Each feature party blurs every row that it releases with Gaussian noise of {noise.Multiplier:0.###} times the largest norm of a row. Over epochs the noise averages out; it carries no epsilon, and the model may be worse for it."));
        }

        if (study.Training.Staleness > 0)
        {
            yield return Remark(
                "training",
                $"Feature parties' weights may lack the last {Count(study.Training.Staleness, "step", "steps")}: faster on a slow network, "
                + "and the model may be worse for it.");
        }

        bool half = study.Training.Gradients == GradientFormat.Float16;
        if (study.Privacy.Ring == "u16.8" || half)
        {
            yield return Remark(
                "training",
                $"To save bytes the model is trained in coarse numbers: ring {study.Privacy.Ring}, gradients {(half ? "float16" : "float32")}.");
        }

        if (study.Privacy.Release.Count > 0)
        {
            yield return Remark("release", $"The coordinator is told: {string.Join(", ", study.Privacy.Release.Select(Name))}.");
        }

        if (study.Purpose.Length == 0)
        {
            yield return Remark("purposes", "The study states no purpose.");
        }

        if (Data(study, self).Include.Any(c => c.Contains('*')) && (policy.Columns.Denied.Count > 0 || !policy.Columns.Allowed.Contains("*")))
        {
            yield return Remark("columns", "The study selects columns by pattern; the policy's columns are checked against the data before each run.");
        }
    }

    private static PartyData Data(Study study, PartyId self) => study.Data.GetValueOrDefault(self) ?? new PartyData();

    private static string List(IEnumerable<PartyId> parties) => string.Join(", ", parties);

    private static string Count(int count, string one, string many) => count == 1 ? "one " + one : $"{count} {many}";

    private static string Name(ReleasedTelemetry released) => released switch
    {
        ReleasedTelemetry.Progress => "progress",
        ReleasedTelemetry.ValidationLoss => "validation loss",
        ReleasedTelemetry.Throughput => "throughput with a forecast of seconds and bytes",
        _ => throw new ArgumentOutOfRangeException(nameof(released)),
    };

    private static PolicyFinding Refusal(string rule, string text) => new(true, rule, text);

    private static PolicyFinding Remark(string rule, string text) => new(false, rule, text);
}
