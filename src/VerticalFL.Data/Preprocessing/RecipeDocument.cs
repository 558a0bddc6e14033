using System.Text.Json.Serialization;

namespace VerticalFL.Data.Preprocessing;

/// <summary>The saved form of a recipe.</summary>
internal sealed record RecipeDocument(
    int Version, IReadOnlyList<NumberColumn> Numbers, IReadOnlyList<CategoryColumn> Categories, IReadOnlyList<DroppedColumn> Dropped);

/// <summary>Compiled serialisers; unknown and missing fields are refused.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, RespectRequiredConstructorParameters = true,
    RespectNullableAnnotations = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(RecipeDocument))]
internal sealed partial class RecipeJson : JsonSerializerContext;
