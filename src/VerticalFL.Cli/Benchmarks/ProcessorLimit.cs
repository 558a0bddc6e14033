using System.Globalization;
using System.Runtime.InteropServices;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>
/// Keeps this process on its first processors until disposed. The framework's own setting reaches the first thread only, on Linux, and the
/// runtime has others by now: each is told.
/// </summary>
internal static partial class ProcessorLimit
{
    /// <param name="processors">At least 1; or 0 for no limit.</param>
    /// <exception cref="VerbException">The machine or its system cannot do that.</exception>
    public static IDisposable Apply(int processors)
    {
        if (processors == 0)
        {
            return new Limit(null);
        }

        if (processors < 0 || processors > Math.Min(Environment.ProcessorCount, 64))
        {
            throw new VerbException(ExitCodes.Usage, $"--threads takes 0 to {Math.Min(Environment.ProcessorCount, 64)} on this machine.");
        }

        if (!OperatingSystem.IsLinux())
        {
            throw new VerbException(ExitCodes.Usage, "--threads works on Linux only; leave it out.");
        }

        ulong before = 0;
        if (GetAffinity(0, sizeof(ulong), ref before) < 0)
        {
            throw new VerbException(ExitCodes.Usage, "--threads cannot read which processors the process may use; leave it out.");
        }

        ulong mask = 0;
        for (ulong left = before; processors > 0 && left != 0; left &= left - 1, processors--)
        {
            mask |= left & (0 - left);
        }

        SetAll(mask);
        return new Limit(() => SetAll(before));
    }

    private static void SetAll(ulong mask)
    {
        foreach (string thread in Directory.GetDirectories("/proc/self/task"))
        {
            // A thread that has ended meanwhile needs no limit.
            _ = SetAffinity(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), sizeof(ulong), ref mask);
        }
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, ref ulong mask);

    [LibraryImport("libc", EntryPoint = "sched_getaffinity")]
    private static partial int GetAffinity(int thread, nint size, ref ulong mask);

    private sealed class Limit(Action? restore) : IDisposable
    {
        public void Dispose() => restore?.Invoke();
    }
}
