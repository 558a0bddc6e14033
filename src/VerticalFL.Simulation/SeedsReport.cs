using VerticalFL.Agent.Reports;

namespace VerticalFL.Simulation;

/// <summary>The same study under several seeds: how much its figures owe to the draw of first weights and batches.</summary>
public sealed record SeedsReport
{
    /// <summary>The study's name.</summary>
    public required string Study { get; init; }

    /// <summary>The seeds, in the order of their runs.</summary>
    public required IReadOnlyList<int> Seeds { get; init; }

    /// <summary>Each model's <c>sha256</c>, in the same order.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>The model of all parties on test patients, by the keys of <see cref="MetricValues"/>.</summary>
    public required IReadOnlyDictionary<string, Spread> Test { get; init; }

    /// <summary>The label party alone; null when the study compares with nobody.</summary>
    public IReadOnlyDictionary<string, Spread>? LabelPartyAlone { get; init; }

    /// <summary>All parties minus the label party alone, seed by seed; null likewise.</summary>
    public IReadOnlyDictionary<string, Spread>? Difference { get; init; }

    /// <summary>Puts the reports of one study's runs together.</summary>
    /// <param name="reports">One a seed, at least one, all of the same study but for the seed.</param>
    /// <exception cref="ArgumentException">There is none.</exception>
    public static SeedsReport Of(IReadOnlyList<Report> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0)
        {
            throw new ArgumentException("There is no report.", nameof(reports));
        }

        bool compared = reports.All(r => r.Baseline is not null);
        return new SeedsReport
        {
            Study = reports[0].Study,
            Seeds = [.. reports.Select(r => r.Seed)],
            Models = [.. reports.Select(r => r.Model.Sha256)],
            Test = Spread.OfEach(reports, (r, read) => r.Metrics.Test is { } test ? read(test) : null),
            LabelPartyAlone = compared ? Spread.OfEach(reports, Alone) : null,
            Difference = compared ? Spread.OfEach(reports, (r, read) => r.Metrics.Test is { } test ? read(test) - Alone(r, read) : null) : null,
        };
    }

    private static double? Alone(Report report, Func<MetricValues, double?> read) => report.Baseline!.LabelPartyAlone.Test is { } test ? read(test) : null;
}
