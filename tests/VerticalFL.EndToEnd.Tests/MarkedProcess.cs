using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using VerticalFL.EndToEnd.Tests.Services;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>
/// A real <c>vfl</c> process with a temporary directory of its own, in a process group of its own as under a terminal. What it leaves
/// behind, files or processes, can be told afterwards: its children inherit a mark in their environment.
/// </summary>
internal sealed class MarkedProcess : IDisposable
{
    private const string MarkName = "VFL_TEST_MARK";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly TemporaryDirectory _temporary;
    private readonly bool _ownsTemporary;
    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private MarkedProcess(
        IEnumerable<string> arguments, string? workingDirectory, TemporaryDirectory? temporary = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        _ownsTemporary = temporary is null;
        _temporary = temporary ?? new TemporaryDirectory();

        // A test runner that was started in the background hands on an ignored SIGINT.
        var start = new ProcessStartInfo("setsid")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            WorkingDirectory = workingDirectory ?? _temporary.Path,
        };
        string[] line = ["env", "--default-signal=INT,TERM", Environment.ProcessPath is { } host && Path.GetFileName(host) == "dotnet" ? host : "dotnet", Dll, .. arguments];
        foreach (string argument in line)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[MarkName] = _mark;
        start.Environment["TMPDIR"] = _temporary.Path;
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        start.Environment["DOTNET_gcServer"] = "0";
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.StandardInput.Close();
        _process.OutputDataReceived += (_, e) => Append(_output, e.Data);
        _process.ErrorDataReceived += (_, e) => Append(_error, e.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>The <c>vfl.dll</c> beside the test assembly.</summary>
    public static string Dll { get; } = Path.Combine(AppContext.BaseDirectory, "vfl.dll");

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Output => Read(_output);

    public string Error => Read(_error);

    public int ExitCode => _process.ExitCode;

    public IReadOnlyList<string> ErrorLines => Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The processes that carry this one's mark: itself and its children, ended ones not counted.</summary>
    public IReadOnlyList<int> Processes => [.. Directory.GetDirectories("/proc").Select(d => Path.GetFileName(d)).Where(n => n.All(char.IsAsciiDigit)).Select(int.Parse).Where(IsMine)];

    /// <summary>Files and directories that stayed behind in its temporary directory.</summary>
    public IReadOnlyList<string> Leftovers => [.. Directory.EnumerateFileSystemEntries(_temporary.Path).Select(p => Path.GetFileName(p))];

    public static MarkedProcess Start(params string[] arguments) => new(arguments, null);

    public static MarkedProcess StartUnder(FakeClock clock, params string[] arguments) => new(arguments, null, environment: clock.Environment);

    public static MarkedProcess StartIn(string workingDirectory, params string[] arguments) => new(arguments, workingDirectory);

    public static Task<MarkedProcess> RunAsync(params string[] arguments) => FinishAsync(Start(arguments));

    /// <summary>Runs with the temporary directory of another.</summary>
    public static Task<MarkedProcess> RunWithAsync(MarkedProcess other, params string[] arguments) =>
        FinishAsync(new MarkedProcess(arguments, null, other._temporary));

    private static async Task<MarkedProcess> FinishAsync(MarkedProcess process)
    {
        try
        {
            await process.WaitAsync();
            return process;
        }
        catch
        {
            process.Dispose();
            throw;
        }
    }

    /// <summary>Waits for its end.</summary>
    public async Task WaitAsync(TimeSpan? within = null)
    {
        using var limit = new CancellationTokenSource(within ?? Patience);
        try
        {
            await _process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"vfl did not end within {within ?? Patience}. Standard error:\n{Error}");
        }
    }

    /// <summary>Waits until a line of standard error holds a text.</summary>
    public async Task UntilErrorHasAsync(string text)
    {
        for (long began = Environment.TickCount64; Environment.TickCount64 - began < 120_000; await Task.Delay(10))
        {
            if (Error.Contains(text, StringComparison.Ordinal))
            {
                return;
            }

            if (_process.HasExited)
            {
                await _process.WaitForExitAsync();
                Assert.Fail($"vfl ended with {_process.ExitCode} before it said '{text}': {Error}{Output}");
            }
        }

        Assert.Fail($"vfl did not say '{text}': {Error}");
    }

    /// <summary>Waits until it has so many processes, itself included.</summary>
    public async Task UntilProcessesAsync(int count)
    {
        for (long began = Environment.TickCount64; Processes.Count < count; await Task.Delay(10))
        {
            Assert.True(Environment.TickCount64 - began < 120_000 && !_process.HasExited, $"never had {count} processes: {Error}");
        }
    }

    /// <summary>Waits until no process of it is left.</summary>
    public async Task UntilNoProcessAsync(TimeSpan within)
    {
        for (long began = Environment.TickCount64; Processes.Count > 0; await Task.Delay(20))
        {
            Assert.True(Environment.TickCount64 - began < within.TotalMilliseconds, $"{Processes.Count} processes are still there after {within}");
        }
    }

    public void Signal(PosixSignalNumber signal) => Assert.Equal(0, kill(Id, (int)signal));

    /// <summary>Sends a signal to the whole group, as a terminal does.</summary>
    public void SignalGroup(PosixSignalNumber signal) => Assert.Equal(0, kill(-Id, (int)signal));

    /// <summary>Signals a process, unless it has ended meanwhile.</summary>
    public static void Signal(int process, PosixSignalNumber signal) => _ = kill(process, (int)signal);

    /// <summary>The process whose command line holds a text, among this one's children.</summary>
    public int ChildWith(string text) => ChildrenWith(text).Single();

    /// <summary>The processes whose command line holds a text, among this one's children.</summary>
    public IReadOnlyList<int> ChildrenWith(string text) => [.. Processes.Where(p => p != Id && CommandLine(p).Contains(text, StringComparison.Ordinal))];

    public void AssertNothingLeft()
    {
        Assert.Empty(Processes);
        Assert.Empty(Leftovers);
    }

    public void Dispose()
    {
        foreach (int process in Processes)
        {
            _ = kill(process, (int)PosixSignalNumber.Kill);
        }

        _process.WaitForExit(10_000);
        _process.Dispose();
        if (_ownsTemporary)
        {
            _temporary.Dispose();
        }
    }

    /// <summary>A process' arguments; none when it has ended.</summary>
    public static IReadOnlyList<string> ArgumentsOf(int process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string CommandLine(int process) => string.Join(' ', ArgumentsOf(process));

    private bool IsMine(int process)
    {
        try
        {
            // A zombie has no environment left.
            return File.ReadAllText($"/proc/{process}/environ").Contains($"{MarkName}={_mark}", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Append(StringBuilder text, string? line)
    {
        if (line is not null)
        {
            lock (text)
            {
                text.Append(line).Append('\n');
            }
        }
    }

    private static string Read(StringBuilder text)
    {
        lock (text)
        {
            return text.ToString();
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int process, int signal);
}

/// <summary>Signals by their Linux numbers.</summary>
public enum PosixSignalNumber
{
    Interrupt = 2,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}
