using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Messages.Tests.Studies;

/// <summary>Keeps <c>protocols/study.schema.json</c> in step with the records, the words and the rules.</summary>
public sealed class StudySchemaTests
{
    private static readonly JsonObject Schema =
        JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "study.schema.json")))!.AsObject();

    private static readonly SchemaValidator Validator = new(Schema);

    public static TheoryData<string> Examples => [.. Schema["examples"]!.AsArray().Select(e => e!.ToJsonString())];

    [Theory]
    [InlineData("", typeof(Study))]
    [InlineData("alignment", typeof(AlignmentSettings))]
    [InlineData("data/*", typeof(PartyData))]
    [InlineData("task", typeof(TaskSettings))]
    [InlineData("model", typeof(ModelSettings))]
    [InlineData("model/bottoms/*", typeof(BottomSettings))]
    [InlineData("training", typeof(TrainingSettings))]
    [InlineData("training/optimizer", typeof(OptimizerSettings))]
    [InlineData("training/earlyStopping", typeof(EarlyStoppingSettings))]
    [InlineData("labels", typeof(LabelSettings))]
    [InlineData("privacy", typeof(PrivacySettings))]
    [InlineData("checkpoints", typeof(CheckpointSettings))]
    [InlineData("evaluation", typeof(EvaluationSettings))]
    [InlineData("audit", typeof(AuditSettings))]
    [InlineData("audit/limits", typeof(AuditLimits))]
    public void Fields_are_exactly_the_record_s(string pointer, Type record)
    {
        IEnumerable<string> expected = record.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(p => p.CanWrite)
            .Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]);

        IEnumerable<string> found = At(pointer)["properties"]!.AsObject().Select(p => p.Key).Where(k => k != "$schema");

        Assert.Equal(expected.Order(), found.Order());
    }

    [Fact]
    public void Every_object_refuses_unknown_fields_and_every_field_is_described()
    {
        foreach (string pointer in new[] { "", "alignment", "data/*", "task", "model", "model/bottoms/*", "training", "training/optimizer", "training/earlyStopping", "labels", "privacy", "checkpoints", "evaluation", "audit", "audit/limits" })
        {
            Assert.False(At(pointer)["additionalProperties"]!.GetValue<bool>());
            Assert.All(At(pointer)["properties"]!.AsObject(), p => Assert.NotNull(p.Value!["description"]));
        }
    }

    [Fact]
    public void Words_are_exactly_the_tables()
    {
        Assert.Equal(StudyWords.Tasks.Words, Words(Schema["$defs"]!["taskKind"]!));
        Assert.Equal(StudyWords.Activations.Words, Words(Schema["$defs"]!["activation"]!));
        Assert.Equal(StudyWords.Columns.Words, Words(At("data/*")["properties"]!["kinds"]!["additionalProperties"]!));
        Assert.Equal(StudyWords.Optimizers.Words, Words(At("training/optimizer/kind")));
        Assert.Equal(StudyWords.ClassWeights.Words, Words(At("training/classWeights")));
        Assert.Equal(StudyWords.Gradients.Words, Words(At("training/gradients")));
        Assert.Equal(StudyWords.Protections.Words, Words(At("labels/protection")));
        Assert.Equal(StudyWords.Telemetry.Words, Words(At("privacy/release")["items"]!));
        Assert.Equal(StudyWords.Protocols, Words(At("alignment/protocol")));
        Assert.Equal(StudyWords.Rings, Words(At("privacy/ring")));
        Assert.Equal(ModelPreset.All.Select(p => p.Name), Words(At("model/preset")));
        string kinds = string.Join('|', StudyWords.Identifiers.Words);
        Assert.Contains($"({kinds})", Schema["$defs"]!["identifier"]!["pattern"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public void Words_cover_every_value_of_the_enumerations()
    {
        Assert.Equal(Enum.GetValues<TaskKind>(), StudyWords.Tasks.Values.Order());
        Assert.Equal(Enum.GetValues<IdentifierKind>(), StudyWords.Identifiers.Values.Order());
        Assert.Equal(Enum.GetValues<ColumnKind>(), StudyWords.Columns.Values.Order());
        Assert.Equal(Enum.GetValues<Activation>(), StudyWords.Activations.Values.Order());
        Assert.Equal(Enum.GetValues<OptimizerKind>(), StudyWords.Optimizers.Values.Order());
        Assert.Equal(Enum.GetValues<ClassWeights>(), StudyWords.ClassWeights.Values.Order());
        Assert.Equal(Enum.GetValues<GradientFormat>(), StudyWords.Gradients.Values.Order());
        Assert.Equal(Enum.GetValues<LabelProtection>(), StudyWords.Protections.Values.Order());
        Assert.Equal(Enum.GetValues<ReleasedTelemetry>(), StudyWords.Telemetry.Values.Order());
    }

    [Fact]
    public void Defaults_are_what_the_shortest_study_expands_to()
    {
        JsonObject expanded = Expanded(StudyJson.Shortest);
        int compared = 0;
        foreach ((string pointer, JsonObject schema) in Leaves("", Schema, expanded))
        {
            if (pointer != "labels/disclosedTo" && schema["default"] is { } standing)
            {
                Assert.True(JsonNode.DeepEquals(standing, Get(expanded, pointer)), $"{pointer}: the schema says {standing.ToJsonString()}");
                compared++;
            }
        }

        Assert.True(compared >= 30, $"only {compared} defaults were compared");
    }

    [Theory]
    [MemberData(nameof(Examples))]
    public void Examples_are_valid_and_expand_to_what_is_valid(string example)
    {
        Assert.Null(Validator.Validate(JsonNode.Parse(example)));
        Assert.Null(Validator.Validate(Expanded(example)));
    }

    [Fact]
    public void Every_field_stands_in_an_example()
    {
        HashSet<string> shown = [.. Schema["examples"]!.AsArray().SelectMany(e => Leaves("", Schema, e!.AsObject())).Select(l => l.Pointer)];
        foreach (string field in Schema["properties"]!.AsObject().Select(p => p.Key))
        {
            Assert.Contains(shown, s => s == field || s.StartsWith(field + "/", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Numbers_are_accepted_at_their_bounds_and_refused_beyond()
    {
        string full = Schema["examples"]![1]!.ToJsonString();
        int checkedBounds = 0;
        foreach ((string pointer, JsonObject schema) in Leaves("", Schema, JsonNode.Parse(full)!.AsObject()))
        {
            foreach ((string bound, int beyond) in new[] { ("minimum", -1), ("maximum", 1) })
            {
                if (schema[bound]?.GetValue<double>() is not { } value)
                {
                    continue;
                }

                string outside = (value + (beyond * (schema["type"]!.ToJsonString().Contains("integer", StringComparison.Ordinal) ? 1 : 1e-6))).ToString(
                    "R", CultureInfo.InvariantCulture);
                StudyDocument.Expand(StudyJson.Utf8(StudyJson.With(full, pointer, value.ToString("R", CultureInfo.InvariantCulture))));
                StudyException refusal = Assert.Throws<StudyException>(
                    () => StudyDocument.Expand(StudyJson.Utf8(StudyJson.With(full, pointer, outside))));
                Assert.Equal(
                    "$." + pointer.Replace('/', '.'), System.Text.RegularExpressions.Regex.Replace(refusal.Path, @"\[(\d+)\]", ".$1"));
                checkedBounds++;
            }
        }

        Assert.True(checkedBounds >= 30, $"only {checkedBounds} bounds were checked");
    }

    [Fact]
    public void Random_valid_studies_are_valid_by_the_schema()
    {
        for (int seed = 0; seed < 200; seed++)
        {
            Assert.Null(Validator.Validate(JsonNode.Parse(StudyDocument.FromStudy(RandomStudy.Make(new Random(seed))).Bytes.Span)));
        }
    }

    [Theory]
    [InlineData("labelParty", "\"coordinator\"")]
    [InlineData("labelparty", "\"x\"")]
    [InlineData("name", "\"../etc\"")]
    [InlineData("name", "\"ends with a space \"")]
    [InlineData("featureParties", "[]")]
    [InlineData("seed", "1.5")]
    [InlineData("identifiers", "[\"a\", \"b\"]")]
    [InlineData("identifiers", "[[\"mrn:digit\"]]")]
    [InlineData("identifiers", "[[\"a\"], \"b\"]")]
    [InlineData("data/lab/identifiers", "{\"patient_id\":\"x:daate\"}")]
    [InlineData("model/cut", "0")]
    [InlineData("data/lab/kinds", "{\"site\":\"categorical\"}")]
    [InlineData("training/earlyStopping/validation", "0.001")]
    public void Mistakes_that_a_schema_can_express_are_invalid_and_refused(string pointer, string value)
    {
        string json = StudyJson.With(StudyJson.Shortest, pointer, value);

        Assert.NotNull(Validator.Validate(JsonNode.Parse(json)));
        Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json)));
    }

    private static JsonObject Expanded(string json) => JsonNode.Parse(StudyDocument.Expand(StudyJson.Utf8(json)).Bytes.Span)!.AsObject();

    private static IEnumerable<string> Words(JsonNode schema) => schema["enum"]!.AsArray().Select(w => w!.GetValue<string>());

    private static JsonNode? Get(JsonNode node, string pointer)
    {
        JsonNode? found = node;
        foreach (string step in pointer.Split('/'))
        {
            found = found is JsonArray a ? a[int.Parse(step, CultureInfo.InvariantCulture)] : found![step];
        }

        return found;
    }

    private static JsonObject At(string pointer)
    {
        JsonObject schema = Schema;
        foreach (string step in pointer.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            schema = step == "*" ? schema["additionalProperties"]!.AsObject() : ObjectForm(schema["properties"]![step]!.AsObject());
        }

        return schema;
    }

    // A task may also be a word; its fields are in the form that is an object.
    private static JsonObject ObjectForm(JsonObject schema) =>
        schema["anyOf"]?.AsArray().FirstOrDefault(f => f!["properties"] is not null)?.AsObject() ?? schema;

    /// <summary>Every value of the instance with the schema that describes it, references resolved, the field's own default on top.</summary>
    private static IEnumerable<(string Pointer, JsonObject Schema)> Leaves(string pointer, JsonObject schema, JsonNode? instance)
    {
        schema = ObjectForm(schema);
        JsonObject resolved = Validator.Resolve(schema);
        if (instance is JsonObject members && (resolved["properties"] ?? resolved["additionalProperties"]) is not null)
        {
            foreach ((string key, JsonNode? value) in members)
            {
                JsonNode? child = resolved["properties"]?[key] ?? resolved["additionalProperties"];
                foreach ((string, JsonObject) leaf in Leaves(pointer.Length == 0 ? key : $"{pointer}/{key}", child!.AsObject(), value))
                {
                    yield return leaf;
                }
            }

            yield break;
        }

        JsonObject merged = resolved.DeepClone().AsObject();
        foreach ((string keyword, JsonNode? rule) in schema)
        {
            merged[keyword] = rule?.DeepClone();
        }

        yield return (pointer, merged);
        if (instance is JsonArray items && resolved["items"] is JsonObject item)
        {
            for (int i = 0; i < items.Count; i++)
            {
                foreach ((string, JsonObject) leaf in Leaves($"{pointer}/{i}", item, items[i]))
                {
                    yield return leaf;
                }
            }
        }
    }
}
