using System.Globalization;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Split;
using VerticalFL.Training.Tests.Split;
using VerticalFL.Transport;

namespace VerticalFL.Training.Tests.Checkpoints;

/// <summary>A run of several attempts: stores and the noise seed outlive them, all else is made anew, as after a restart of every process.</summary>
internal sealed class InterruptedRun : IDisposable
{
    private readonly NoiseSeed _noise = new();
    private readonly Lock _lock = new();
    private readonly TrainingScenario _scenario;
    private Death? _death;

    public InterruptedRun(TrainingScenario scenario)
    {
        _scenario = scenario;
        Stores = scenario.Study.Parties.ToDictionary(p => p, _ => new MemoryStore());
        DataHashes = scenario.Study.Parties.ToDictionary(p => p, scenario.DataHash);
        foreach ((PartyId party, MemoryStore store) in Stores)
        {
            store.OnWrite = (_, over) => Happen(party, over ? "wrote" : "writes");
        }
    }

    public Dictionary<PartyId, MemoryStore> Stores { get; }

    public Dictionary<PartyId, byte[]> DataHashes { get; }

    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Told what each party does, one event at a time.</summary>
    public Action<PartyId, string> OnEvent { get; init; } = (_, _) => { };

    public int Attempt { get; private set; }

    public List<CheckpointNotice> Notices { get; } = [];

    /// <summary>What each party did in the last attempt, in its order: messages sent and received, checkpoints written.</summary>
    public Dictionary<PartyId, List<string>> Events { get; private set; } = [];

    /// <summary>The bytes of every message that a party sent to the label party, or the label party to a party, by attempt.</summary>
    public List<(int Attempt, PartyId From, PartyId To, MessageType Type, byte[] Bytes)> Sent { get; } = [];

    /// <summary>A study small enough for many runs: three batches an epoch, five epochs.</summary>
    public static TrainingScenario Study(TaskKind task, int featureParties = 2, int? everySteps = 2, Func<Study, Study>? change = null) => new(
        task, featureParties, s => (change ?? (x => x))(s with { Checkpoints = new CheckpointSettings { EverySteps = everySteps } }));

    /// <summary>Runs an attempt to its end, or until a party dies.</summary>
    /// <returns>The result; null when the party died.</returns>
    public async Task<(LabelTrainingResult Label, Dictionary<PartyId, FeatureTrainingResult> Features)?> RunAsync(Death? death = null)
    {
        Attempt++;
        _death = death;
        Events = _scenario.Study.Parties.ToDictionary(p => p, _ => new List<string>());
        try
        {
            return await _scenario.AttemptAsync(Context, p => new Watch(this, p), TrainingSwitches.Default);
        }
        catch (InvalidOperationException e) when (e.InnerException is CrashException)
        {
            return null;
        }
    }

    public void Dispose() => _noise.Dispose();

    private TrainingContext Context(PartyId party) => _scenario.Context(party, Attempt) with
    {
        NoiseSeed = _noise,
        Checkpointing = new Checkpointing { Store = Stores[party], DataHash = DataHashes[party], Time = Time, Notices = new Notes(this) },
    };

    private void Happen(PartyId party, string what)
    {
        lock (_lock)
        {
            List<string> events = Events[party];
            events.Add(what);
            OnEvent(party, what);
            if (_death is { } death && death.Party == party && death.IsAt(events))
            {
                throw new CrashException($"{party} {what}");
            }
        }
    }

    /// <summary>Where a party dies: at its n-th event, or at the n-th of one name.</summary>
    internal sealed record Death(PartyId Party, string? Event, int Number)
    {
        public bool IsAt(IReadOnlyList<string> events) =>
            Event is null ? events.Count - 1 == Number : events[^1] == Event && events.Count(e => e == Event) - 1 == Number;

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Party} at {Event ?? "event"} {Number}");
    }

    private sealed class Watch(InterruptedRun run, PartyId self) : IChannelObserver
    {
        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message)
        {
            run.Happen(self, $"sends {NameOf(type, message)}");
            lock (run._lock)
            {
                run.Sent.Add((run.Attempt, self, peer, type, message.ToArray()));
            }
        }

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message) => run.Happen(self, $"receives {NameOf(type, message)}");

        private static string NameOf(MessageType type, ReadOnlySpan<byte> message) => type == MessageType.MaskedActivations
            ? $"{MessageCodec.Decode<MaskedActivations>(message).Purpose} activations"
            : type.ToString();
    }

    private sealed class Notes(InterruptedRun run) : IProgress<CheckpointNotice>
    {
        public void Report(CheckpointNotice value)
        {
            lock (run._lock)
            {
                run.Notices.Add(value);
            }
        }
    }
}
