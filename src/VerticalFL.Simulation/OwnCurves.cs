using VerticalFL.Agent.Reports.Page;
using VerticalFL.Agent.Runs;
using VerticalFL.Coordinator.Registry;

namespace VerticalFL.Simulation;

/// <summary>What a label party's agent tells its own operator of a training, in the form in which a console draws it.</summary>
public static class OwnCurves
{
    /// <summary>The validation losses that the coordinator's console would draw, were they released.</summary>
    public static IReadOnlyList<CurvePoint> Losses(AgentRunView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return [.. view.Losses.Where(l => l.Validation is not null).Select(l => new CurvePoint(l.Epoch, l.Validation!.Value))];
    }

    /// <summary>The main metric on validation rows; null where there is none.</summary>
    public static MetricCurve? Metric(AgentRunView view)
    {
        ArgumentNullException.ThrowIfNull(view);
        return view.Metric is null || MetricKind.All.FirstOrDefault(k => k.Key == view.Metric) is not { } kind
            ? null
            : new MetricCurve(kind.Name, [.. view.Losses.Where(l => l.ValidationMetric is not null).Select(l => new MetricPoint(l.Epoch, l.ValidationMetric!.Value))]);
    }
}
