using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using System.Threading.Channels;
using VerticalFL.Messages;
using VerticalFL.Transport.Security;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>
/// One party of a measurement in a process of its own. For each alignment it says on which port it listens, is told everybody's ports, says that
/// it is connected, is told to begin, and says its <see cref="PartyOutcome"/>: a line of JSON each. It ends with its standard input, at any moment.
/// </summary>
internal static class PartyHost
{
    /// <param name="options">What is measured.</param>
    /// <param name="self">Which party, from 0, the leader.</param>
    /// <param name="keys">The directory of its keys for TLS; null for none.</param>
    /// <param name="input">Standard input.</param>
    /// <param name="output">Standard output.</param>
    public static async Task RunAsync(AlignmentBenchmarkOptions options, int self, string? keys, Stream input, TextWriter output)
    {
        using var end = new CancellationTokenSource();
        var told = System.Threading.Channels.Channel.CreateUnbounded<string>();
        _ = Task.Run(() => ListenAsync(input, told.Writer, end));
        try
        {
            PartyId[] parties = AlignmentParty.IdsOf(options.Parties);
            using PartyCredentials? credentials = keys is null ? null : ThrowawayKeys.Load(parties[self], keys);
            var party = new AlignmentParty(options, self, AlignmentParty.CommonTo(options));
            while (true)
            {
                GC.Collect();
                await AlignAsync(party, parties, self, credentials, told.Reader, output, end.Token);
            }
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The owner needs no more of it.
        }
    }

    private static async Task AlignAsync(
        AlignmentParty party, PartyId[] parties, int self, PartyCredentials? credentials, ChannelReader<string> told, TextWriter output, CancellationToken end)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Say(output, ((IPEndPoint)listener.LocalEndpoint).Port);
        int[] ports = JsonSerializer.Deserialize<int[]>(await told.ReadAsync(end))!;
        await using PartyLinks links = await PartyLinks.ConnectAsync(parties, self, listener, ports, credentials, end);
        Say(output, true);
        _ = await told.ReadAsync(end);

        TimeSpan used = Environment.CpuUsage.TotalTime;
        AlignmentEnd aligned = await party.RunAsync(links.Channels, Stopwatch.GetTimestamp(), end);
        double cpu = (Environment.CpuUsage.TotalTime - used).TotalSeconds;
        using var process = Process.GetCurrentProcess();
        Say(output, new PartyOutcome(aligned, cpu, links.BytesSent, process.PeakWorkingSet64 >> 20));
    }

    private static void Say<T>(TextWriter output, T value)
    {
        output.WriteLine(JsonText.Of(value));
        output.Flush();
    }

    private static async Task ListenAsync(Stream input, ChannelWriter<string> told, CancellationTokenSource end)
    {
        using var reader = new StreamReader(input);
        while (await reader.ReadLineAsync(CancellationToken.None) is { } line)
        {
            await told.WriteAsync(line, CancellationToken.None);
        }

        await end.CancelAsync();
    }
}
