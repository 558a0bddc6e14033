using VerticalFL.Coordinator.Registry;

namespace VerticalFL.Cli.Display;

/// <summary>Shows a run while it goes on.</summary>
internal interface IRunDisplay : IProgress<RunView>, IAsyncDisposable
{
    /// <summary>Says something beside the run's state, in one sentence.</summary>
    void Note(string text);
}
