using System.Diagnostics;
using System.Text;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>What a command did.</summary>
internal sealed record ShellResult(int ExitCode, string Output, string Error);

/// <summary>A shell in a directory of its own, with <c>vfl</c> on its path; what it has started ends with it.</summary>
internal sealed class Shell : IDisposable
{
    private readonly TemporaryDirectory _home = new();
    private readonly List<Process> _services = [];

    public Shell()
    {
        Assert.SkipUnless(File.Exists("/bin/bash"), "there is no /bin/bash here");
        Directory.CreateDirectory(_home["bin"]);
        Directory.CreateDirectory(Folder);

        // A person waits until a study or an approval has arrived (exit codes 11, 50, 61); so does this.
        string vfl = Path.Combine(AppContext.BaseDirectory, "vfl.dll");
        File.WriteAllText(
            _home["bin", "vfl"],
            $"#!/bin/bash\nfor try in {{1..60}}; do dotnet '{vfl}' \"$@\"; code=$?; case $code in 11|50|61) sleep 0.5;; *) exit $code;; esac; done; exit $code\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_home["bin", "vfl"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>The working directory.</summary>
    public string Folder => _home["work"];

    /// <summary>Runs a script to its end; every command in it must succeed.</summary>
    public Task<ShellResult> RunAsync(string script, CancellationToken cancellationToken) => RunAsync(script, Folder, cancellationToken);

    /// <summary>Runs a script in another directory.</summary>
    public async Task<ShellResult> RunAsync(string script, string folder, CancellationToken cancellationToken)
    {
        using Process process = Start(script, folder);
        try
        {
            Task<string> output = process.StandardOutput.ReadToEndAsync(cancellationToken), error = process.StandardError.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            return new ShellResult(process.ExitCode, await output, await error);
        }
        finally
        {
            End(process);
        }
    }

    /// <summary>Starts a script that goes on until the shell is disposed, and waits for its line that begins with <c>Ready</c>.</summary>
    public async Task StartServiceAsync(string script, CancellationToken cancellationToken)
    {
        Process process = Start(script, Folder);
        _services.Add(process);
        var error = new StringBuilder();
        process.ErrorDataReceived += (_, line) => error.AppendLine(line.Data);
        process.BeginErrorReadLine();
        string? first = await process.StandardOutput.ReadLineAsync(cancellationToken);
        Assert.True(first?.StartsWith("Ready", StringComparison.Ordinal) == true, $"not ready: {script}\n{first}\n{error}");
    }

    public void Dispose()
    {
        foreach (Process service in _services)
        {
            End(service);
            service.Dispose();
        }

        _home.Dispose();
    }

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
        }
    }

    private Process Start(string script, string folder)
    {
        var start = new ProcessStartInfo("/bin/bash", ["-euo", "pipefail", "-c", script])
        {
            WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["PATH"] = _home["bin"] + Path.PathSeparator + start.Environment["PATH"];
        Process process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }
}
