using VerticalFL.Messages;
using VerticalFL.Training.Checkpoints;

namespace VerticalFL.Agent.Runs;

/// <summary>Tells the party's operator where a run goes on and which checkpoints it goes without.</summary>
internal sealed class CheckpointLog(ILogger logger, RunId run) : IProgress<CheckpointNotice>
{
    public void Report(CheckpointNotice value)
    {
        if (value.Event == CheckpointEvent.Resumed)
        {
            Log.RunResumed(logger, run.Short, value.Step);
        }
        else
        {
            Log.CheckpointNotSaved(logger, run.Short, value.Step, value.Party!.Value.Value);
        }
    }
}
