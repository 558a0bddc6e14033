using VerticalFL.Messages;

namespace VerticalFL.Coordinator.Registry;

/// <summary>What a run waits for, in words for its operator.</summary>
internal static class WaitingText
{
    /// <summary>What the next attempt waits for; null while an attempt is under way or the run is to end.</summary>
    public static string? Of(RunEntry run, Func<PartyId, bool> connected)
    {
        if (!run.AttemptOver || run.StopReason is not null || run.Ended)
        {
            return null;
        }

        if (run.Paused)
        {
            return "paused until somebody resumes it";
        }

        string[] away = [.. run.Parties.Keys.Where(p => !connected(p)).Select(p => p.Value)];
        return away.Length == 1 ? $"waiting for {away[0]}: its agent is away"
            : away.Length > 1 ? $"waiting for {string.Join(", ", away)}: their agents are away"
            : $"attempt {run.Attempt + 1} begins after a pause of {run.Pause.Length.TotalSeconds:0} s";
    }
}
