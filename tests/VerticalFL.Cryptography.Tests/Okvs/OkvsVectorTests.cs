using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VerticalFL.Cryptography.Okvs;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Okvs;

/// <summary>The vectors of protocols/alignment, which a Python script beside them has made independently of this code.</summary>
public sealed class OkvsVectorTests
{
    private static readonly JsonElement Vectors =
        JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "alignment", "vectors", "okvs.json"))).RootElement;

    [Fact]
    public void SlotCount_matches_every_vector()
    {
        foreach (JsonElement vector in Vectors.GetProperty("slotCounts").EnumerateArray())
        {
            Assert.Equal(vector.GetProperty("slots").GetInt32(), OkvsTable.SlotCount(vector.GetProperty("items").GetInt32()));
        }
    }

    [Fact]
    public void Decode_matches_every_vector()
    {
        foreach (JsonElement vector in Vectors.GetProperty("tables").EnumerateArray())
        {
            int items = vector.GetProperty("items").GetInt32();
            var table = new OkvsTable(items, vector.GetProperty("valueSize").GetInt32(), Hex(vector.GetProperty("seed")));
            byte[] slots = vector.GetProperty("slots").ValueKind == JsonValueKind.Null
                ? [.. Enumerable.Range(0, table.Slots).SelectMany(i => SHA256.HashData(Encoding.ASCII.GetBytes($"slot {i}"))[..table.ValueSize])]
                : Hex(vector.GetProperty("slots"));
            Assert.Equal(table.Slots * table.ValueSize, slots.Length);
            table.Load(0, slots);
            byte[] keys = [.. vector.GetProperty("keys").EnumerateArray().SelectMany(Hex)];
            byte[] values = new byte[keys.Length / OkvsTable.KeySize * table.ValueSize];
            table.Decode(keys, values);
            Assert.Equal(vector.GetProperty("values").EnumerateArray().SelectMany(Hex), values);
        }
    }

    private static byte[] Hex(JsonElement text) => Convert.FromHexString(text.GetString()!);
}
