using VerticalFL.Agent.Reports;
using VerticalFL.Agent.Reports.Page;

namespace VerticalFL.Simulation;

/// <summary>A report's main figures as lines of text, for a terminal or a log: at most 100 columns wide but for its notes.</summary>
public static class ReportText
{
    private const int Name = 26;
    private const int Cell = 16;

    /// <summary>What the study was, whose patients, how good the model is beside the label party alone, what it cost, what to know first.</summary>
    public static IEnumerable<string> Lines(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        return
        [
            $"{report.Study}: {report.Task} outcome at {report.LabelParty}, with features of {string.Join(", ", report.FeatureParties)}",
            "",
            .. Cohort(report),
            "",
            .. Metrics(report),
            "",
            .. Compared(report),
            .. Folds(report),
            .. Cost(report),
            .. Contributions(report),
            .. Leaks(report),
            .. Recovered(report),
            .. Verdict(report),
            .. report.Notes.Select(n => $"note       {n}"),
        ];
    }

    private static IEnumerable<string> Cohort(Report report)
    {
        AlignmentReport alignment = report.Alignment;
        CohortReport cohort = report.Cohort;
        yield return $"patients   {string.Join(", ", alignment.Sizes.Select(s => $"{s.Key} {Figures.Count(s.Value)}"))}; in all of them {Figures.Count(alignment.Intersection)}";
        if (alignment.Passes is { } passes)
        {
            yield return $"matched    {string.Join(", then ", passes.Select(p => $"{Figures.Count(p.Matched)} by {string.Join(" and ", p.Columns)}"))}";
        }

        yield return $"cohort     {Figures.Count(cohort.Train)} training, {Figures.Count(cohort.Validation)} validation, {Figures.Count(cohort.Test)} test"
            + (cohort.Unused > 0 ? $", {Figures.Count(cohort.Unused)} unused" : "");
    }

    private static IEnumerable<string> Metrics(Report report)
    {
        MetricValues? test = report.Metrics.Test, train = report.Metrics.Train;
        MetricValues? alone = report.Baseline?.LabelPartyAlone.Test;
        MetricKind headline = MetricKind.HeadlineOf(report.Task);
        yield return "".PadRight(Name) + Right("all together") + (alone is null ? "" : Right($"{Fit(report.LabelParty)} alone") + Right("difference")) + Right("all, training");
        foreach (MetricKind kind in MetricKind.All.OrderBy(k => k == headline ? 0 : 1))
        {
            double? joint = test is null ? null : kind.Read(test), seen = train is null ? null : kind.Read(train);
            if (joint is null && seen is null)
            {
                continue;
            }

            double? other = alone is null ? null : kind.Read(alone);
            yield return ((kind == headline ? "test " : "     ") + kind.Name).PadRight(Name)
                + Right(Figure(joint))
                + (alone is null ? "" : Right(Figure(other)) + Right(joint - other is { } difference ? Invariant($"{difference:+0.000;-0.000;0.000}") : "-"))
                + Right(Figure(seen));
        }

        if (report.Intervals is { } intervals && intervals.Test.GetValueOrDefault(headline.Key) is { } interval)
        {
            yield return Invariant($"     {headline.Name}, {intervals.Level * 100:0} % interval").PadRight(Name)
                + Right(Span(interval)) + (alone is null ? "" : Right(Span(intervals.LabelPartyAlone?.GetValueOrDefault(headline.Key)))
                + Right(" " + SignedSpan(intervals.Difference?.GetValueOrDefault(headline.Key))));
        }
    }

    private static IEnumerable<string> Compared(Report report) => report.Models is not { } models ? [] : models.Select((m, i) => Invariant(
        $"{(i == 0 ? "models" : ""),-10} {m.Preset}, cut {m.Cut}: validation loss {m.ValidationLoss:0.0000}, {MetricKind.HeadlineOf(report.Task).Name} {Figure(MetricKind.HeadlineOf(report.Task).Read(m.Validation))} on validation rows{(m.Chosen ? "; chosen" : "")}"));

    private static IEnumerable<string> Folds(Report report)
    {
        MetricKind kind = MetricKind.HeadlineOf(report.Task);
        if (report.CrossValidation is not { } folds)
        {
            yield break;
        }

        yield return $"folds      {folds.Folds.Count} left out in turn: {kind.Name} {Over(folds.Test)} (standard deviation)"
            + (folds.Test.GetValueOrDefault(kind.Key) is { } each ? Invariant($", from {each.Values.Min():0.000} to {each.Values.Max():0.000}") : "");
        if (folds.LabelPartyAlone is { } alone)
        {
            yield return $"           {report.LabelParty} alone {Over(alone)}; difference "
                + (folds.Difference!.GetValueOrDefault(kind.Key) is { } d ? Invariant($"{d.Mean:+0.000;-0.000;0.000} \u00b1 {d.StandardDeviation:0.000}") : "-");
        }

        if (folds.Pooled is { } pooled && kind.Read(pooled) is { } value)
        {
            yield return Invariant($"           {kind.Name} of all their predictions together {value:0.000}")
                + (folds.PooledIntervals?.GetValueOrDefault(kind.Key) is { } interval ? $", 95 % interval {Span(interval)}" : "");
        }

        string Over(IReadOnlyDictionary<string, Spread> of) => of.GetValueOrDefault(kind.Key) is { } s ? Invariant($"{s.Mean:0.000} \u00b1 {s.StandardDeviation:0.000}") : "-";
    }

    private static string Span(IntervalReport? interval) => interval is null ? "-" : Invariant($"{interval.Low:0.000} to {interval.High:0.000}");

    private static string SignedSpan(IntervalReport? interval) =>
        interval is null ? "-" : Invariant($"{interval.Low:+0.000;-0.000;0.000} to {interval.High:+0.000;-0.000;0.000}");

    private static IEnumerable<string> Cost(Report report)
    {
        TrainingReport training = report.Training;
        yield return Invariant($"alignment  {report.Alignment.Protocol}, {report.Alignment.Seconds:0.0} s, {Figures.Bytes(report.Alignment.BytesSent)} sent by {report.LabelParty}");
        string again = training.Second is { } more ? Invariant($", then {more.Epochs} with the validation rows") : "";
        yield return Invariant($"training   {training.Epochs} epochs, the best is {training.BestEpoch}{again}; {training.Seconds:0.0} s, {training.SamplesPerSecond:#,0} rows/s, {Figures.Bytes(training.BytesSent)} sent by all");
        if (training.Forecast is { } forecast)
        {
            string first = training.Second is { } apart ? Invariant($" of the first training, which took {training.Seconds - apart.Seconds:0.0} s") : "";
            yield return Invariant($"forecast   {forecast.SecondsOfEpochs:0.0} s and {Figures.Bytes(forecast.BytesPerEpoch * training.Epochs)} for {training.Epochs} epochs{first}, {Figures.Memory(forecast.MemoryBytes)} of memory{(training.PeakMemoryBytes is { } peak ? $"; it took {Figures.Memory(peak)}" : "")}");
        }

        if (report.Attempts > 1)
        {
            yield return $"attempts   {report.Attempts}; {string.Join("; ", report.Interruptions.TakeLast(3))}";
        }

        yield return $"model      sha256 {report.Model.Sha256}";
    }

    private static IEnumerable<string> Contributions(Report report)
    {
        if (report.Contributions is not { } contributions)
        {
            yield break;
        }

        MetricKind kind = MetricKind.All.First(k => k.Key == contributions.Metric);
        foreach (SubsetReport subset in contributions.Subsets.Where(s => s.Present.Count < report.FeatureParties.Count))
        {
            yield return $"without    {string.Join(", ", report.FeatureParties.Except(subset.Present))}: test {kind.Name} {Figure(kind.Read(subset.Test))}";
        }

        foreach (ContributionReport c in contributions.Contributions ?? [])
        {
            yield return Invariant($"adds       {string.Join(", ", c.Parties)}: {c.Value:+0.000;-0.000;0.000} (Shapley value of test {kind.Name}, approximated with the one model)");
        }
    }

    private static IEnumerable<string> Leaks(Report report) => report.Privacy.LabelAudit is not { } audit
        ? []
        :
        [
            .. audit.Attacks.Select((a, i) => Invariant($"{(i == 0 ? "label leak" : ""),-10} {LabelAuditReport.NameOf(a.Key),-24} AUC {a.Value.Auc:0.000}, chance {a.Value.Chance:0.000}")),
            .. (audit.Cheats ?? []).Select(c => Invariant($"{"cheating",-10} {c.Party,-24} AUC {c.CompletionAuc:0.000} by its own model, without cheating {c.HonestCompletionAuc:0.000}; test AUC then {Figure(c.TestAuc)}")),
            .. audit is { MembershipAuc: { } auc, MembershipChance: { } chance } ? [Invariant($"{"membership",-10} {"loss",-24} AUC {auc:0.000}, chance {chance:0.000}")] : Array.Empty<string>(),
        ];

    private static IEnumerable<string> Recovered(Report report) => (report.Privacy.Reconstruction ?? [])
        .Select((r, i) => Invariant($"{(i == 0 ? "columns" : ""),-10} {r.Party,-24} R2 {r.LargestR2:0.000} of {r.LargestColumn} from the sum, mean {r.MeanR2:0.000}, chance {r.Chance:0.000}"));

    private static IEnumerable<string> Verdict(Report report) => report.Privacy.Verdict is not { } verdict
        ? []
        : verdict.Limits.Select((l, i) => Invariant(
            $"{(i == 0 ? "verdict" : ""),-10} {VerdictText(l)}"));

    private static string VerdictText(AuditLimitReport limit)
    {
        string text = limit.Found is { } found ? Invariant($"{limit.Limit} {found:0.000} by {limit.By}") : $"{limit.Limit}: {limit.By}";
        return limit.Kept switch
        {
            true => Invariant($"KEPT: {text}; the study allows {limit.AtMost:0.###}"),
            false => Invariant($"BROKEN: {text}; the study allows {limit.AtMost:0.###}"),
            _ => Invariant($"NOT JUDGED: {text}; the study allows {limit.AtMost:0.###}"),
        };
    }

    // A terminal's font may lack the minus sign.
    private static string Figure(double? value) => value is { } figure ? Figures.Metric(figure).Replace('\u2212', '-') : "-";

    private static string Right(string text) => text.PadLeft(Cell);

    // A party id may have 32 letters; a column has 16.
    private static string Fit(string party) => party.Length <= 9 ? party : party[..8] + "~";

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
