using System.Security.Cryptography;
using Polly;
using Polly.Retry;
using VerticalFL.Transport.Links;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// How often a missing link is dialled: exponential, jittered. The first ten tries wait at most 500 ms, because most cuts are short; later
/// ones at most what the options say, so that a link that is back is soon found; those that were refused at most 15 s.
/// </summary>
internal static class RedialPolicy
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest wait of a first try.</summary>
    public static readonly TimeSpan QuickCap = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait after a refusal, and between connections that the other side ends: nothing will change soon.</summary>
    public static readonly TimeSpan RefusedCap = TimeSpan.FromSeconds(15);

    /// <summary>A pipeline that retries while the predicate holds, for as long as the caller's token allows; each failure is told with its number and the wait before the next try.</summary>
    public static ResiliencePipeline Create(TimeProvider time, TimeSpan longest, Func<Exception, bool> mayRetry, Action<Exception, int, TimeSpan> onFailure) =>
        new ResiliencePipelineBuilder { TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is { } e && mayRetry(e)),
                DelayGenerator = arguments => ValueTask.FromResult<TimeSpan?>(
                    Delay(arguments.AttemptNumber, arguments.Outcome.Exception is LinkRefusedException ? RefusedCap : longest)),
                OnRetry = arguments =>
                {
                    onFailure(arguments.Outcome.Exception!, arguments.AttemptNumber + 1, arguments.RetryDelay);
                    return default;
                },
            })
            .Build();

    /// <summary>The wait before the next try.</summary>
    public static TimeSpan Delay(int attempt, TimeSpan longest)
    {
        TimeSpan cap = attempt < LinkNotice.QuickTries && QuickCap < longest ? QuickCap : longest;
        double grown = First.TotalMilliseconds * Math.Pow(2, Math.Min(attempt, 20));
        double most = Math.Min(cap.TotalMilliseconds, grown);

        // Half fixed, half drawn: never a busy loop, never in step with the other parties.
        return TimeSpan.FromMilliseconds((most / 2) + RandomNumberGenerator.GetInt32(1 + (int)(most / 2)));
    }
}
