using System.Diagnostics;
using System.Threading.Channels;
using VerticalFL.Coordinator.Registry;

namespace VerticalFL.EndToEnd.Tests.Simulate;

/// <summary>
/// Draws faults from a seed and lets each come at an event of the protocol: a party reaches another station or another percent of one. How many
/// events lie between two faults, of which kind a fault is and whom it hits are drawn.
/// </summary>
internal sealed class FaultPlan : IProgress<RunView>, IAsyncDisposable
{
    private const int MostEventsBetween = 5;
    private static readonly string[] Services = ["hospital/", "lab/", "pharmacy/", "coordinator/"];
    private readonly Channel<string> _events = Channel.CreateUnbounded<string>();
    private readonly Dictionary<string, string> _seen = [];
    private readonly SortedDictionary<string, int> _kinds = new(StringComparer.Ordinal);
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

    /// <summary>What can happen: the names that <see cref="Kinds"/> counts by.</summary>
    public static IEnumerable<string> AllKinds => Services.SelectMany(s => new[] { "kill " + s.TrimEnd('/'), "freeze " + s.TrimEnd('/') }).Append("cut");

    /// <summary>How many faults there were.</summary>
    public int Done { get; private set; }

    /// <summary>How many of each kind.</summary>
    public IReadOnlyDictionary<string, int> Kinds => _kinds;

    public int Attempts { get; private set; }

    public double Seconds => _clock.Elapsed.TotalSeconds;

    public void Report(RunView value)
    {
        Attempts = value.Attempt;
        foreach (PartyView party in value.Parties)
        {
            string now = $"{value.Attempt} {party.Station} {party.Percent}";
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
        int pass = 0;
        await foreach (string _ in _events.Reader.ReadAllAsync())
        {
            if (Done < _faults && pass-- == 0)
            {
                await FaultAsync();
                pass = _random.Next(MostEventsBetween);
            }
        }
    }

    private async Task FaultAsync()
    {
        int kind = _random.Next(3);
        string service = Services[_random.Next(Services.Length)];
        int freeze = _random.Next(50, 1000);
        if (kind == 0)
        {
            _starter.Cut();
            Count("cut");
        }
        else if (_starter.Processes(service) is [var process, ..])
        {
            if (kind == 1)
            {
                MarkedProcess.Signal(process, PosixSignalNumber.Stop);
                await Task.Delay(freeze);
                MarkedProcess.Signal(process, PosixSignalNumber.Continue);
            }
            else
            {
                MarkedProcess.Signal(process, PosixSignalNumber.Kill);
            }

            Count((kind == 1 ? "freeze " : "kill ") + service.TrimEnd('/'));
        }
    }

    private void Count(string kind)
    {
        Done++;
        _kinds[kind] = _kinds.GetValueOrDefault(kind) + 1;
    }
}
