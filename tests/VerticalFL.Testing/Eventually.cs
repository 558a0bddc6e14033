namespace VerticalFL.Testing;

/// <summary>Waits for what another thread will do.</summary>
public static class Eventually
{
    /// <summary>Waits until a condition holds; fails after a minute, which nothing healthy takes even on a busy machine.</summary>
    public static async Task TrueAsync(Func<bool> condition, Func<string>? otherwise = null)
    {
        for (int i = 0; i < 12_000; i++)
        {
            if (condition())
            {
                return;
            }

            await Task.Delay(5);
        }

        throw new TimeoutException(otherwise?.Invoke() ?? "the condition did not come true within a minute");
    }

    /// <summary>Bounds a wait that should be short: a hang becomes a failure.</summary>
    public static Task<T> SoonAsync<T>(this Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Bounds a wait that should be short: a hang becomes a failure.</summary>
    public static Task SoonAsync(this Task task) => task.WaitAsync(TimeSpan.FromSeconds(60));
}
