using System.Text.Json;
using System.Text.Json.Serialization;
using VerticalFL.Agent.Reports;
using VerticalFL.Data;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>What stands beside a party's weights, so that they can be used again: which model they are a part of, and how its outputs are read.</summary>
/// <param name="Version">Of this layout.</param>
/// <param name="Model">The whole model's SHA-256, lower-case hexadecimal: what a prediction names.</param>
/// <param name="Part">This party's own, likewise.</param>
/// <param name="Engine">The engine that trained the part, with its version.</param>
/// <param name="Outcome">At the label party: how the top's outputs become predictions; null elsewhere.</param>
/// <param name="ModelNumber">Which of the study's models it is, from 0.</param>
internal sealed record ModelCard(int Version, string Model, string Part, string Engine, PredictedOutcome? Outcome, int ModelNumber = 0)
{
    private const int CurrentVersion = 1;

    /// <summary>At the label party: how good the model is when parties are absent, as its run's report says; null where that was not measured.</summary>
    public ContributionsReport? Contributions { get; init; }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static ModelCard Of(FeatureTrainingResult result, IBottomEngine engine) =>
        new(CurrentVersion, Hex(result.ModelHash), Hex(result.PartHash), NameOf(engine), null);

    public static ModelCard Of(TrainingOutcome model, byte[] part, IBottomEngine engine, CohortOutcome outcome) => new(
        CurrentVersion, Hex(model.ModelHash), Hex(part), NameOf(engine), new PredictedOutcome(outcome.Kind, [.. outcome.Classes], outcome.Mean, outcome.Scale, outcome.ReportedOtherwise));

    /// <summary>An engine as the card names it: another version's numbers may differ.</summary>
    public static string NameOf(IBottomEngine engine) => $"{engine.Name} {engine.Version}";

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="DataException">The bytes are no card of this version.</exception>
    public static ModelCard FromJson(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelCard>(json, Json) is { Version: CurrentVersion } card
                ? card
                : throw new DataException("The saved model is of another version of this software; use the one that trained it, or train again.");
        }
        catch (JsonException e)
        {
            throw new DataException($"What was saved beside the model is damaged ({e.Path}); restore the run's files, or train again.", e);
        }
    }

    private static string Hex(ReadOnlyMemory<byte> hash) => Convert.ToHexStringLower(hash.Span);
}

/// <summary>How a model's outputs become predictions.</summary>
/// <param name="Kind">The task.</param>
/// <param name="Classes">The classes by index; binary: the other one, then the positive one. Empty for numbers and survival.</param>
/// <param name="Mean">For numbers: the training rows' mean, in the outcome's unit.</param>
/// <param name="Scale">For numbers: their standard deviation.</param>
/// <param name="ReportedOtherwise">How probable it was that an outcome was reported as the other one; 0 when the model was trained on true ones.</param>
internal sealed record PredictedOutcome(TaskKind Kind, IReadOnlyList<string> Classes, double Mean, double Scale, double ReportedOtherwise);
