using System.Text.Json;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Governance.Policies;

/// <summary>
/// What a party allows, whatever has been approved: its agent enforces it before every run. JSON in the agent's configuration; an unknown
/// field is an error.
/// </summary>
public sealed record Policy
{
    /// <summary>Purposes that are allowed: patterns with <c>*</c>, letter case aside. Default: any.</summary>
    public IReadOnlyList<string> Purposes { get; init; } = ["*"];

    /// <summary>The parties that this one works with, and their pins. Default (null): any party with a certificate of the consortium.</summary>
    public IReadOnlyDictionary<PartyId, PeerPolicy>? Peers { get; init; }

    /// <summary>Which of this party's columns may be used. Default: all.</summary>
    public ColumnPolicy Columns { get; init; } = new();

    /// <summary>The smallest cohort, in patients: a study must ask for at least as many. Default: 50, because small cohorts single people out.</summary>
    public int MinimumPatients { get; init; } = 50;

    /// <summary>
    /// The fewest feature parties of a study to which this party brings features. Default: 2, because the sum over one party *is* its
    /// activation and hides nothing.
    /// </summary>
    public int MinFeatureParties { get; init; } = 2;

    /// <summary>Whether the label party may see this party's own activations. Default: false.</summary>
    public bool AllowPlainActivations { get; init; }

    /// <summary>The most runs of one study. Default: 10, because each run tells the parties about the cohort anew.</summary>
    public int MaxRuns { get; init; } = 10;

    /// <summary>Whether studies on this party's labels must protect them. Default: false: the study then says to whom they are disclosed.</summary>
    public bool RequireLabelProtection { get; init; }

    /// <summary>What the coordinator may be told. Default: everything that a study can release; none of it is about a single patient.</summary>
    public IReadOnlyList<ReleasedTelemetry> Release { get; init; } = Enum.GetValues<ReleasedTelemetry>();

    /// <summary>
    /// How many times as many patients a peer may declare as this party has. Default: 1000; a peer with a far larger set is guessing
    /// identifiers.
    /// </summary>
    public double LargestSetRatio { get; init; } = 1000;

    /// <summary>The most patients that a peer may declare. Default (null): no limit.</summary>
    public long? LargestSet { get; init; }

    /// <summary>The largest share of this party's patients that may be in a cohort, above 0 to 1. Default: 1.</summary>
    public double LargestCohortShare { get; init; } = 1;

    /// <summary>
    /// The largest epsilon of one study, of a reported outcome or of differential privacy at patient level, that this party's patients take part in.
    /// Default (null): any.
    /// </summary>
    public double? LargestEpsilon { get; init; }

    /// <summary>
    /// How much may be told of one patient over all studies, and by which column this party knows patients. Default: no limit, <c>patient_id</c>; what is
    /// told is counted nevertheless.
    /// </summary>
    public PrivacyBudget PrivacyBudget { get; init; } = new();

    /// <summary>Predictions for new patients with models that were trained here. Default (null): none.</summary>
    public PredictionPolicy? Predictions { get; init; }

    /// <summary>The policy of a configuration that says nothing.</summary>
    public static Policy Default { get; } = new();

    /// <summary>Reads a policy.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <exception cref="PolicyException">Unknown field, wrong type or value; with the JSON path.</exception>
    public static Policy Parse(ReadOnlySpan<byte> json) => PolicyJson.Read(json);

    /// <summary>Reads a policy that stands inside another document.</summary>
    /// <exception cref="PolicyException">Unknown field, wrong type or value; with the JSON path.</exception>
    public static Policy Parse(JsonElement json) => PolicyJson.Read(JsonSerializer.SerializeToUtf8Bytes(json));

    /// <summary>The pin of a peer's service key; null when the policy states none.</summary>
    public string? ServicePin(PartyId party) => Peers?.GetValueOrDefault(party)?.Pin;

    /// <summary>The pin of a peer's operator; null when the policy states none.</summary>
    public string? OperatorPin(PartyId party, string name) => Peers?.GetValueOrDefault(party)?.Operators.GetValueOrDefault(name);
}
