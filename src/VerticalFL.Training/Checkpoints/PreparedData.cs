using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Checkpoints;

/// <summary>
/// Names what a party trains on and with by a hash: columns, rows in cohort order, the engine and its version and, at the label party, outcomes. Any other
/// order of patients, any changed value gives another hash. It never leaves the party.
/// </summary>
public static class PreparedData
{
    /// <summary>SHA-256 over a prepared table, an engine's name and version and, if given, the outcomes of the rows.</summary>
    /// <param name="features">The table.</param>
    /// <param name="engine">The engine of the party's bottom model: no other's checkpoint is gone on from.</param>
    /// <param name="outcome">The outcomes; null at a feature party.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] Hash(FeatureMatrix features, IBottomEngine engine, Targets? outcome = null)
    {
        ArgumentNullException.ThrowIfNull(features);
        ArgumentNullException.ThrowIfNull(engine);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, features.Rows);
        Append(hash, features.Columns);
        AppendNames(hash, features.Names);
        hash.AppendData(MemoryMarshal.AsBytes(features.Values.AsSpan()));
        AppendNames(hash, [engine.Name, engine.Version]);
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
