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

    /// <summary>Ring elements of either width, written as big-endian numbers, in the little-endian bytes in which they travel.</summary>
    public static byte[] Elements(JsonNode? node) => [.. node!.AsArray().SelectMany(e => Bytes(e).Reverse())];

    public static float[] Floats(JsonNode? node) => [.. node!.AsArray().Select(v =>
        v!.GetValueKind() == JsonValueKind.String
            ? float.Parse(v.GetValue<string>(), CultureInfo.InvariantCulture)
            : (float)v.GetValue<double>())];
}
