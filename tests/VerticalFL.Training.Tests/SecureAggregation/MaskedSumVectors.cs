using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Testing;

namespace VerticalFL.Training.Tests.SecureAggregation;

internal static class MaskedSumVectors
{
    public static JsonNode Root { get; } =
        JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "training", "vectors", "masked-sum.json")))!;

    public static byte[] Bytes(JsonNode? node) => Convert.FromHexString(node!.GetValue<string>());

    public static uint Word(JsonNode? node) => uint.Parse(node!.GetValue<string>(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    public static uint[] Words(JsonNode? node) => [.. node!.AsArray().Select(Word)];

    public static float[] Floats(JsonNode? node) => [.. node!.AsArray().Select(v =>
        v!.GetValueKind() == JsonValueKind.String
            ? float.Parse(v.GetValue<string>(), CultureInfo.InvariantCulture)
            : (float)v.GetValue<double>())];
}
