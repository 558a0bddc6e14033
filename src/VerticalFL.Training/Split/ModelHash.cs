using System.Security.Cryptography;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Split;

/// <summary>One hash for a model in parts.</summary>
internal static class ModelHash
{
    /// <summary>SHA-256 over the parts' hashes in ordinal order of their parties.</summary>
    public static byte[] Of(IEnumerable<ModelPart> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (ModelPart part in parts.OrderBy(p => p.Party))
        {
            hash.AppendData(part.Hash.Span);
        }

        return hash.GetHashAndReset();
    }

    /// <summary>The label party's part: SHA-256 over its bottom's hash and its top's hash.</summary>
    public static byte[] OfLabelParty(byte[] bottom, byte[] top) => SHA256.HashData([.. bottom, .. top]);
}
