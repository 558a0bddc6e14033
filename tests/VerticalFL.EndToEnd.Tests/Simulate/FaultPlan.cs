using System.Diagnostics;
using System.Threading.Channels;
using VerticalFL.Coordinator.Registry;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>Draws faults from a seed, one at an event of the protocol: a party reaches another station or another tenth of one.</summary>
internal sealed class FaultPlan : IProgress<RunView>, IAsyncDisposable
{
    private static readonly string[] Services = ["hospital/", "lab/", "pharmacy/", "coordinator/"];
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly Dictionary<string, string> _seen = [];
    private readonly Dictionary<string, int> _kinds = [];
    private readonly Random _random;
    private readonly int _faults;
    private readonly FaultyStarter _starter;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Task _running;

    public FaultPlan(int seed, int faults, FaultyStarter starter)
    {
        _random = new Random(seed);
        _faults = faults;
        _starter = starter;
        _running = RunAsync();
    }

    /// <summary>How many faults there were.</summary>
    public int Done { get; private set; }

    public int Attempts { get; private set; }

    public double Seconds => _clock.Elapsed.TotalSeconds;

    public string Summary => string.Join(", ", _kinds.OrderBy(k => k.Key, StringComparer.Ordinal).Select(k => $"{k.Value} {k.Key}"));

    public void Report(RunView value)
    {
        Attempts = value.Attempt;
        foreach (PartyView party in value.Parties)
        {
            string now = $"{value.Attempt} {party.Station} {party.Percent / 10}";
            if (_seen.GetValueOrDefault(party.Party) != now)
            {
                _seen[party.Party] = now;
                _events.Writer.TryWrite(party.Party);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        _events.Writer.TryComplete();
        await _running;
    }

    private async Task RunAsync()
    {
        await foreach (string _ in _events.Reader.ReadAllAsync())
        {
            // Most events pass, so that faults find every station and not only the first.
            if (Done < _faults && _random.Next(4) == 0 && await FaultAsync())
            {
                Done++;
            }
        }
    }

    /// <returns>Whether anything was there to be hit.</returns>
    private async Task<bool> FaultAsync()
    {
        string[] services = [.. Services.Where(s => _starter.Processes(s).Count > 0)];
        int kind = _random.Next(10);
        if (kind == 0 || services.Length == 0)
        {
            Count("cuts");
            _starter.Cut();
            return true;
        }

        string service = services[_random.Next(services.Length)];
        int process = _starter.Processes(service).FirstOrDefault();
        if (process == 0)
        {
            return false;
        }

        if (kind < 3)
        {
            Count("freezes");
            MarkedProcess.Signal(process, PosixSignalNumber.Stop);
            await Task.Delay(_random.Next(50, 1500));
            MarkedProcess.Signal(process, PosixSignalNumber.Continue);
            return true;
        }

        Count("kills of " + service.TrimEnd('/'));
        MarkedProcess.Signal(process, PosixSignalNumber.Kill);
        return true;
    }

    private void Count(string kind) => _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
}
