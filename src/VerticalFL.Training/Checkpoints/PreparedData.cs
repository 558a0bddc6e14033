using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Data.Preprocessing;

namespace VerticalFL.Training.Checkpoints;

/// <summary>
/// Names what a party trains on by a hash: columns, rows in cohort order and, at the label party, outcomes. Any other order of patients, any changed value
/// gives another hash. It never leaves the party.
/// </summary>
public static class PreparedData
{
    /// <summary>SHA-256 over a prepared table and, if given, the outcomes of its rows.</summary>
    /// <param name="features">The table.</param>
    /// <param name="outcome">The outcomes; null at a feature party.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Hash(FeatureMatrix features, Targets? outcome = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, features.Rows);
        Append(hash, features.Columns);
        AppendNames(hash, features.Names);
        hash.AppendData(MemoryMarshal.AsBytes(features.Values.AsSpan()));
        if (outcome is not null)
        {
            Append(hash, (int)outcome.Kind);
            AppendNames(hash, outcome.Classes);
            hash.AppendData(MemoryMarshal.AsBytes(outcome.Values.AsSpan()));
            hash.AppendData(MemoryMarshal.AsBytes((outcome.Events ?? []).AsSpan()));
        }

        return hash.GetHashAndReset();
    }

    private static void AppendNames(IncrementalHash hash, IReadOnlyList<string> names)
    {
        Append(hash, names.Count);
        foreach (string name in names)
        {
            byte[] bytes = Encoding.UTF8.GetBytes(name);
            Append(hash, bytes.Length);
            hash.AppendData(bytes);
        }
    }

    private static void Append(IncrementalHash hash, int number)
    {
        Span<byte> bytes = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
        hash.AppendData(bytes);
    }
}
