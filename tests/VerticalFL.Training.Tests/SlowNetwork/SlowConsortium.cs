using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Split;
using VerticalFL.Transport;
using VerticalFL.Transport.Security;

namespace VerticalFL.Training.Tests.SlowNetwork;

/// <summary>A hospital, a lab and a pharmacy with so many columns each, and real channels between them: TCP, TLS 1.3, delivery.</summary>
internal sealed class SlowConsortium
{
    private static readonly PartyId Hospital = new("hospital");
    private static readonly PartyId[] Features = [new("lab"), new("pharmacy")];
    private readonly Dictionary<PartyId, FeatureMatrix> _tables = [];
    private readonly RowAssignment _assignment;
    private readonly CohortOutcome _outcome;
    private readonly Study _study;

    public SlowConsortium(int columns, int hidden, int steps, int epochs)
    {
        const int Batch = 256, TestRows = 256;
        int rows = (steps * Batch) + TestRows;
        _study = new Study
        {
            Name = "slow network",
            LabelParty = Hospital,
            FeatureParties = Features,
            Task = new TaskSettings { Kind = TaskKind.Binary, TestFraction = (double)TestRows / rows },
            Labels = new LabelSettings { DisclosedTo = Features },
            Model = new ModelSettings
            {
                Cut = 64,
                Top = [32],
                Bottoms = Features.Append(Hospital).ToDictionary(p => p, _ => new BottomSettings { Layers = [hidden], Dropout = 0.3 }),
            },
            Training = new TrainingSettings { Epochs = epochs, Batch = Batch, EarlyStopping = new EarlyStoppingSettings { Validation = 0 } },
        };
        var random = new Random(11);
        var score = new float[rows];
        foreach (PartyId party in _study.Parties)
        {
            var values = new float[rows * columns];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = (float)((2 * random.NextDouble()) - 1);
                score[i / columns] += i % columns < 8 ? values[i] : 0;
            }

            _tables.Add(party, new FeatureMatrix(values, rows, columns, [.. Enumerable.Range(0, columns).Select(c => $"x{c}")]));
        }

        _assignment = RowAssignment.Build(_study, rows, null);
        _outcome = new CohortOutcome(new Targets(OutcomeKind.Binary, [.. score.Select(s => s > 0 ? 1f : 0f)], null, ["0", "1"]), _assignment);
    }

    /// <summary>Trains once and measures the epochs after the first.</summary>
    public async Task<SlowTraining> TrainAsync(
        ShapedNetwork network, Func<Study, Study> change, TrainingSwitches switches, CancellationToken cancellationToken)
    {
        Study study = change(_study);
        using var authority = new TestCertificates();
        PartyCredentials[] credentials = [.. study.Parties.Select(p => authority.Credentials(p))];
        Dictionary<(PartyId, PartyId), Channel> ends = [];
        foreach (PartyCredentials a in credentials)
        {
            foreach (PartyCredentials b in credentials.Where(b => a.Self < b.Self))
            {
                (ends[(a.Self, b.Self)], ends[(b.Self, a.Self)]) = await ConnectAsync(network, a, b, cancellationToken);
            }
        }

        // Whoever fails ends the others.
        using var together = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        together.CancelAfter(TimeSpan.FromMinutes(5));
        var progress = new EpochClock();
        Task[] features = [.. Features.Select(p => TogetherAsync(() => FeaturePartyTraining.RunAsync(
            Context(study, p), Bottom(study, p), _assignment, ends[(p, Hospital)],
            Features.Where(q => q != p).ToDictionary(q => q, q => ends[(p, q)]), null, switches, together.Token)))];
        var loss = _outcome.MakeLoss(ClassWeights.None);
        var top = new TopModel(study.Model, loss.Outputs, loss, study.Training.Optimizer, Seed("top"));
        Task<LabelTrainingResult> label = TogetherAsync(() => LabelPartyTraining.RunAsync(
            Context(study, Hospital), Bottom(study, Hospital), top, _outcome, _assignment,
            Features.ToDictionary(p => p, p => ends[(Hospital, p)]), progress, switches, together.Token));
        await Task.WhenAll([label, .. features]);
        LabelTrainingResult result = await label;
        await Task.WhenAll(ends.Values.Select(e => e.DisposeAsync().AsTask()));
        Array.ForEach(credentials, c => c.Dispose());
        return new SlowTraining(progress.RowsPerSecond, result.TotalBytesSent, result.Outcome);

        async Task<T> TogetherAsync<T>(Func<Task<T>> run)
        {
            try
            {
                return await Task.Run(run);
            }
            catch
            {
                await together.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>The same without a network.</summary>
    public TrainingOutcome Central(Func<Study, Study> change)
    {
        Study study = change(_study);
        var loss = _outcome.MakeLoss(ClassWeights.None);
        return CentralTraining.Run(
            study, study.Parties.ToDictionary(p => p, p => Bottom(study, p)),
            new TopModel(study.Model, loss.Outputs, loss, study.Training.Optimizer, Seed("top")), _outcome, _assignment);
    }

    private static TrainingContext Context(Study study, PartyId party) => new(study, default, default, 1, party);

    private static byte[] Seed(string name) => SHA256.HashData(Encoding.ASCII.GetBytes(name));

    /// <summary>Both ends over one connection on this machine, shaped beneath TLS.</summary>
    private static async Task<(Channel A, Channel B)> ConnectAsync(
        ShapedNetwork network, PartyCredentials a, PartyCredentials b, CancellationToken cancellationToken)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync((IPEndPoint)listener.LocalEndpoint, cancellationToken);
        TcpClient server = await listener.AcceptTcpClientAsync(cancellationToken);
        server.NoDelay = true;
        Task<Channel> ofA = OpenAsync(a, b.Self, network.Connect(server.GetStream(), a.Self.Value, b.Self.Value), asServer: true, cancellationToken);
        Task<Channel> ofB = OpenAsync(b, a.Self, network.Connect(client.GetStream(), b.Self.Value, a.Self.Value), asServer: false, cancellationToken);
        return (await ofA, await ofB);
    }

    private static async Task<Channel> OpenAsync(
        PartyCredentials self, PartyId peer, Stream link, bool asServer, CancellationToken cancellationToken)
    {
        MutualTls tls = await MutualTls.AuthenticateAsync(link, self, peer, asServer, TimeProvider.System, cancellationToken);
        return tls.Problem is null
            ? await Channel.OpenOverAsync(
                self.Self, peer, new ChannelBinding(default, default, 1, "training"), tls.Stream, new ChannelOptions(), cancellationToken)
            : throw new InvalidOperationException(tls.Problem);
    }

    private IBottomModel Bottom(Study study, PartyId party) => new ManagedBottomModel(
        _tables[party], study.Model.Bottoms[party], study.Model.Cut, study.Training.Optimizer, Seed(party.Value));

    private sealed class EpochClock : IProgress<TrainingProgress>
    {
        private readonly List<(long Timestamp, long Rows)> _epochs = [];

        public double RowsPerSecond => _epochs.Count < 2 ? double.NaN
            : (_epochs[^1].Rows - _epochs[0].Rows) / Stopwatch.GetElapsedTime(_epochs[0].Timestamp, _epochs[^1].Timestamp).TotalSeconds;

        public void Report(TrainingProgress value) => _epochs.Add((Stopwatch.GetTimestamp(), value.RowsTrained));
    }
}
