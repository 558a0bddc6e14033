using VerticalFL.Coordinator.Registry;

namespace VerticalFL.Cli.Display;

/// <summary>Shows a run while it goes on.</summary>
internal interface IRunDisplay : IProgress<RunView>, IAsyncDisposable
{
}
