using System.Text.Json;
using VerticalFL.Alignment;

namespace VerticalFL.Agent.Runs;

/// <summary>A finished alignment as it is sealed: row numbers, sizes, and the fingerprint of the table that they belong to.</summary>
internal static class AlignmentFile
{
    public static byte[] Encode(AlignmentResult aligned, ReadOnlyMemory<byte> fingerprint) => JsonSerializer.SerializeToUtf8Bytes(new
    {
        version = 1,
        id = aligned.Id,
        table = Convert.ToHexStringLower(fingerprint.Span),
        sizes = aligned.Sizes.ToDictionary(s => s.Key.Value, s => s.Value),
        rows = aligned.Rows,
    });
}
