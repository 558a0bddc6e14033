using System.Text.Json;
using VerticalFL.Testing;

namespace VerticalFL.Alignment.Tests;

/// <summary>The vectors in protocols/alignment/vectors, which generate.py beside them has made independently of this code.</summary>
internal static class Vectors
{
    public static JsonElement Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "alignment", "vectors", name)));
        return document.RootElement.Clone();
    }

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static int Int(this JsonElement element, string property) => element.GetProperty(property).GetInt32();

    public static byte[] Hex(this JsonElement element, string property) => Convert.FromHexString(element.Text(property));

    public static IEnumerable<JsonElement> List(this JsonElement element, string property) =>
        element.GetProperty(property).EnumerateArray();
}
