using VerticalFL.EndToEnd.Tests.Recorder;
using Xunit;

[assembly: AssemblyFixture(typeof(RecordedRunFixture))]

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>One honest recorded run and its checker, made when the first test asks.</summary>
public sealed class RecordedRunFixture
{
    private readonly Lazy<Task<LeakChecker>> _checker;
    private readonly Lazy<Task<RecordedRun>> _run = new(() => RecordedRun.MakeAsync(null, CancellationToken.None));

    public RecordedRunFixture() => _checker = new(async () => new LeakChecker(await _run.Value));

    internal Task<RecordedRun> RunAsync() => _run.Value;

    internal Task<LeakChecker> CheckerAsync() => _checker.Value;
}
