using VerticalFL.Alignment;

namespace VerticalFL.Agent.Runs;

/// <summary>Turns an alignment's steps into one percent: the OPRF is nearly all of the work.</summary>
/// <param name="report">Is told the percent and, where the study lists several keys, by which of them patients are being matched, from 1.</param>
internal sealed class AlignmentPercent(Action<int, int?> report) : IProgress<AlignmentProgress>
{
    private int _last = -1;
    private int _pass;

    public void Report(AlignmentProgress value)
    {
        double share = value.Total > 0 ? (double)value.Done / value.Total : 0;
        int percent = value.Step switch
        {
            AlignmentStep.Hello => 0,
            AlignmentStep.Oprf => (int)(60 * share),
            AlignmentStep.OwnValues => 60 + (int)(25 * share),
            AlignmentStep.Transfer => 85 + (int)(8 * share),
            AlignmentStep.Announcement => 93 + (int)(4 * share),
            AlignmentStep.Order => 97,
            _ => 99,
        };
        percent = (percent + (100 * (value.Pass - 1))) / value.Passes;
        if (percent > _last || value.Pass > _pass)
        {
            (_last, _pass) = (percent, value.Pass);
            report(percent, value.Passes > 1 ? value.Pass : null);
        }
    }
}
