using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>
/// A wall clock that a test can move under running processes, by Debian's libfaketime (<c>apt-get install libfaketime</c>); the monotonic clock goes on as
/// ever, as on a machine whose clock is set. The test is skipped where the library is absent.
/// </summary>
internal sealed class FakeClock : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly string _library;

    public FakeClock()
    {
        _library = Directory.Exists("/usr/lib") && Directory.EnumerateDirectories("/usr/lib", "*-linux-gnu")
            .Select(d => Path.Combine(d, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists) is { } found ? found : "";
        if (_library.Length == 0)
        {
            _folder.Dispose();
            Assert.Skip("A clock that jumps under running processes needs libfaketime (Debian: apt-get install libfaketime).");
        }

        Set(TimeSpan.Zero);
    }

    /// <summary>What a process must inherit to live by this clock.</summary>
    public IReadOnlyDictionary<string, string> Environment => new Dictionary<string, string>
    {
        ["LD_PRELOAD"] = _library,
        ["FAKETIME_TIMESTAMP_FILE"] = Offset,
        ["FAKETIME_CACHE_DURATION"] = "1",
        ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1",
        ["FAKETIME_DISABLE_SHM"] = "1",
    };

    private string Offset => Path.Combine(_folder.Path, "offset");

    /// <summary>From now on the clock is so far ahead of the true one.</summary>
    public void Set(TimeSpan ahead)
    {
        string next = Offset + ".next";
        File.WriteAllText(next, $"{(ahead < TimeSpan.Zero ? '-' : '+')}{(long)ahead.Duration().TotalSeconds}\n");
        File.Move(next, Offset, overwrite: true);
    }

    public void Dispose() => _folder.Dispose();
}
