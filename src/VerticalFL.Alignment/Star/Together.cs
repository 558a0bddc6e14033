using System.Runtime.ExceptionServices;

namespace VerticalFL.Alignment.Star;

/// <summary>
/// Runs parts of a step side by side. The first part that fails cancels the others, and its exception is the one that is thrown: a
/// sibling's
/// cancellation must not hide which party broke the protocol.
/// </summary>
internal static class Together
{
    public static async Task RunAsync(IEnumerable<Func<CancellationToken, Task>> parts, CancellationToken cancellationToken)
    {
        using var siblings = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ExceptionDispatchInfo? first = null;

        async Task GuardAsync(Func<CancellationToken, Task> part)
        {
            try
            {
                await part(siblings.Token);
            }
            catch (Exception e)
            {
                Interlocked.CompareExchange(ref first, ExceptionDispatchInfo.Capture(e), null);
                await siblings.CancelAsync();
            }
        }

        await Task.WhenAll(parts.Select(GuardAsync));
        first?.Throw();
    }

    public static Task RunAsync(CancellationToken cancellationToken, params Func<CancellationToken, Task>[] parts) =>
        RunAsync(parts, cancellationToken);
}
