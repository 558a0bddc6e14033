using System.Text.Json;
using VerticalFL.Testing;

namespace VerticalFL.Cryptography.Tests;

/// <summary>The test vectors in protocols/cryptography/vectors.</summary>
internal static class VectorFile
{
    public static JsonElement Load(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "cryptography", "vectors", name)));
        return document.RootElement.Clone();
    }

    public static string Text(this JsonElement element, string property) => element.GetProperty(property).GetString()!;

    public static byte[] Hex(this JsonElement element, string property) => Convert.FromHexString(element.Text(property));
}
