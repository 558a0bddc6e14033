using System.Security.Cryptography;
using Polly;
using Polly.Retry;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// How often a missing link is dialled: exponential with full jitter. The first ten tries wait at most 500 ms, because most cuts are
/// short; later ones at most 15 s, because a coordinator that comes back must not be stormed.
/// </summary>
internal static class RedialPolicy
{
    private const int QuickTries = 10;
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan QuickCap = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan SlowCap = TimeSpan.FromSeconds(15);

    /// <summary>A pipeline that retries while the predicate holds, for as long as the caller's token allows.</summary>
    public static ResiliencePipeline Create(TimeProvider time, Func<Exception, bool> mayRetry, Action<Exception> onFailure) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && mayRetry(e)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(Delay(arguments.AttemptNumber)),
                OnRetry = arguments =>
                {
                    onFailure(arguments.Outcome.Exception!);
                    return default;
                },
            })
            .Build();

    /// <summary>The wait before the next try.</summary>
    public static TimeSpan Delay(int attempt)
    {
        TimeSpan cap = attempt < QuickTries ? QuickCap : SlowCap;
        double grown = First.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 20));
        double most = Math.Min(cap.TotalMilliseconds, grown);

        // Half fixed, half drawn: never a busy loop, never in step with the other parties.
        return TimeSpan.FromMilliseconds((most / 2) + RandomNumberGenerator.GetInt32(1 + (int)(most / 2)));
    }
}
