using System.Text.Json;
using System.Text.Json.Serialization;
using VerticalFL.Agent.Engines;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Transport;
using VerticalFL.Transport.Links;

namespace VerticalFL.Agent;

/// <summary>Where a dataset lies. Only the party's own configuration says so; a study names datasets, never paths.</summary>
public sealed record DatasetOptions
{
    /// <summary>A CSV file with a header line.</summary>
    public required string Csv { get; init; }
}

/// <summary>An agent's configuration file: JSON, paths relative to the file.</summary>
public sealed record AgentOptions
{
    /// <summary>The party that this agent stands for.</summary>
    public required string Party { get; init; }

    /// <summary>The coordinator's host and port; the agent dials out, nothing dials in.</summary>
    public required string Coordinator { get; init; }

    /// <summary>Studies, runs, audit log, keys at rest and the control socket; 0700. Default: <c>state</c>.</summary>
    public string StateDirectory { get; init; } = "state";

    /// <summary>
    /// The directory of the keys and certificates that <c>vfl enroll</c> and <c>vfl ca sign</c> made: <c>service.key.pem</c>, <c>service.cert.pem</c>,
    /// <c>ca.cert.pem</c> and, once something is revoked, <c>revoked.json</c>. Default: the configuration's own directory.
    /// </summary>
    public string Keys { get; init; } = ".";

    /// <summary>Dataset names and where they lie.</summary>
    public IReadOnlyDictionary<string, DatasetOptions> Datasets { get; init; } = new Dictionary<string, DatasetOptions>();

    /// <summary>How peers and this agent reach each other without the coordinator's relay. Default: they do not.</summary>
    public DirectOptions? Direct { get; init; }

    /// <summary>What this party's bottom models are computed with. Default: the managed engine on one thread.</summary>
    public EngineOptions Engine { get; init; } = new();

    /// <summary>
    /// The HTTP proxy that every connection to the coordinator goes through: <c>http://host:port</c> or <c>http://user:password@host:port</c>. It is
    /// never logged with its credentials. Default: none.
    /// </summary>
    public string? Proxy { get; init; }

    /// <summary>
    /// How many seconds a lost channel to a peer is dialled before the attempt is over and the run waits for the next one; 1 to 86400. Default: 900,
    /// which outlasts the restart of a coordinator's machine.
    /// </summary>
    public int ReconnectSeconds { get; init; } = 900;

    /// <summary>
    /// How many days a label party's agent keeps the sealed table of a prediction, for <c>vfl predict --fetch</c>; 1 to 3650. Default: 30, long enough to
    /// fetch it and no archive of patients' predictions.
    /// </summary>
    public int KeepPredictionsDays { get; init; } = 30;

    /// <summary><see cref="Proxy"/>, read.</summary>
    [JsonIgnore]
    public HttpProxy? HttpProxy => Proxy is null ? null : Transport.Links.HttpProxy.Parse(Proxy);

    /// <summary>What is logged on standard error from on, such as <c>Warning</c>. Default: Information.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<LogLevel>))]
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>The party's policy, as JSON. Default: the built-in one.</summary>
    public JsonElement? Policy { get; init; }

    /// <summary>
    /// Whether this agent plays the leak audit on what it sends: as the label party of a binary task a curious feature party on its gradients, for its report; as a feature
    /// party whoever sees its activations, for its log. A study with limits is audited whatever stands here. Default: false; it costs some milliseconds a batch.
    /// </summary>
    public bool Audit { get; init; }

    /// <summary>
    /// The party's secret seed, 32 bytes as hexadecimal text: weights and dropout. For simulations alone, whose runs must repeat: an agent with other keys refuses it.
    /// Default: drawn once by the operating system and sealed.
    /// </summary>
    public string? SimulatedSeed { get; init; }

    /// <summary>
    /// Whether this party cheats in training (<see cref="Training.Audits.MaliciousEngine"/>). For simulations alone, which play that attack to measure it: an agent with
    /// other keys refuses it. Default: false.
    /// </summary>
    public bool SimulatedCheat { get; init; }

    /// <summary>The party's id.</summary>
    [JsonIgnore]
    public PartyId PartyId => new(Party);

    /// <summary>Where a dataset lies.</summary>
    /// <param name="dataset">Its name.</param>
    /// <param name="user">What uses it, for the error: <c>study</c> or <c>prediction</c>.</param>
    /// <exception cref="DataException">The configuration does not name it.</exception>
    internal string TableOf(string dataset, string user) => Datasets.TryGetValue(dataset, out DatasetOptions? found)
        ? found.Csv
        : throw new DataException($"The {user} uses the dataset '{dataset}', which this agent's configuration does not name: add it under datasets.");

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">The file is not a configuration; the message says where.</exception>
    public static AgentOptions Load(string path)
    {
        AgentOptions read;
        try
        {
            read = JsonSerializer.Deserialize<AgentOptions>(File.ReadAllBytes(path), Json)
                ?? throw new InvalidDataException($"{path}: the file holds null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }

        if (!Messages.PartyId.IsValid(read.Party) || read.Party == Messages.PartyId.Coordinator.Value)
        {
            throw new InvalidDataException($"{path}: $.party: '{read.Party}' is not a party id: use lower-case letters, digits and hyphens, first a letter.");
        }

        if (read.Datasets.FirstOrDefault(d => d.Value is null) is { Key: { } empty })
        {
            throw new InvalidDataException($"{path}: $.datasets.{empty}: null is not a dataset: write {{ \"csv\": \"file.csv\" }}.");
        }

        try
        {
            HostAddress.Parse(read.Coordinator);
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{path}: $.coordinator: {e.Message}", e);
        }

        try
        {
            _ = read.HttpProxy;
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{path}: $.proxy: {e.Message}", e);
        }

        if (read.ReconnectSeconds is < 1 or > 86400)
        {
            throw new InvalidDataException($"{path}: $.reconnectSeconds: {read.ReconnectSeconds} is not possible: write 1 to 86400 seconds.");
        }

        if (read.KeepPredictionsDays is < 1 or > 3650)
        {
            throw new InvalidDataException($"{path}: $.keepPredictionsDays: {read.KeepPredictionsDays} is not possible: write 1 to 3650 days.");
        }

        if (read.Direct?.Problem is { } wrong)
        {
            throw new InvalidDataException($"{path}: $.direct.{wrong}");
        }

        if (read.Engine.Problem is { } unfit)
        {
            throw new InvalidDataException($"{path}: $.engine.{unfit}");
        }

        string root = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return read with
        {
            StateDirectory = Path.Combine(root, read.StateDirectory),
            Keys = Path.Combine(root, read.Keys),
            Engine = read.Engine with
            {
                Assembly = read.Engine.Assembly is { } assembly ? Path.Combine(root, assembly) : null,
                Folder = read.Engine.Folder is { } folder ? Path.Combine(root, folder) : null,
            },
            Datasets = read.Datasets.ToDictionary(d => d.Key, d => d.Value with { Csv = Path.Combine(root, d.Value.Csv) }),
        };
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    };
}
