using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace VerticalFL.Training.Models;

/// <summary>
/// The state file and the weight hash, as protocols/training/engine.md lays them out. Lengths and names are known from the model, so that a reader
/// never allocates by what a file says.
/// </summary>
internal static class NetworkState
{
    private const ushort Version = 1;
    private const int HeaderLength = 8 + 2 + 1 + 1 + 8 + 8 + 8 + 4;
    private const int ChunkFloats = 4096;

    private static ReadOnlySpan<byte> Magic => "VFLMODEL"u8;

    public static byte[] HashWeights(Parameter[] parameters)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Parameter p in parameters)
        {
            hash.AppendData(Describe(p));
            WriteFloats(p.Values, hash, null);
        }

        return hash.GetHashAndReset();
    }

    public static void Write(NetworkWeights network, Stream destination)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] header = new byte[HeaderLength];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), Version);
        header[10] = (byte)network.Optimizer.Kind;
        header[11] = network.Best is null ? (byte)0 : (byte)1;
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(12), network.Optimizer.Steps);
        BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(20), network.Optimizer.Power1);
        BinaryPrimitives.WriteDoubleLittleEndian(header.AsSpan(28), network.Optimizer.Power2);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(36), network.Parameters.Length);
        WriteBytes(header, hash, destination);
        for (int i = 0; i < network.Parameters.Length; i++)
        {
            Parameter p = network.Parameters[i];
            WriteBytes(Describe(p), hash, destination);
            WriteFloats(p.Values, hash, destination);
            for (int slot = 0; slot < network.Optimizer.SlotCount; slot++)
            {
                WriteFloats(p.Slots[slot].Span(p.Count), hash, destination);
            }

            if (network.Best is not null)
            {
                WriteFloats(network.Best[i], hash, destination);
            }
        }

        destination.Write(hash.GetHashAndReset());
    }

    /// <summary>Reads everything, checks everything, then changes the weights; returns the snapshot or null.</summary>
    public static float[][]? Read(NetworkWeights network, Stream source)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] header = ReadBytes(HeaderLength, hash, source);
        Require(header.AsSpan(0, 8).SequenceEqual(Magic), "is not a model state");
        Require(BinaryPrimitives.ReadUInt16LittleEndian(header.AsSpan(8)) == Version, "is of another version");
        Require(header[10] == (byte)network.Optimizer.Kind, "is of another optimiser");
        Require(header[11] <= 1, "has an unknown flag");
        bool hasSnapshot = header[11] == 1;
        long steps = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(12));
        double power1 = BinaryPrimitives.ReadDoubleLittleEndian(header.AsSpan(20));
        double power2 = BinaryPrimitives.ReadDoubleLittleEndian(header.AsSpan(28));
        Require(steps >= 0 && power1 is >= 0 and <= 1 && power2 is >= 0 and <= 1, "has impossible counters");
        Require(
            BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(36)) == network.Parameters.Length,
            "is of a model with another number of weight matrices");

        int slots = network.Optimizer.SlotCount;
        var values = new List<float[]>();
        var snapshot = new List<float[]>();
        foreach (Parameter p in network.Parameters)
        {
            byte[] expected = Describe(p);
            byte[] actual = ReadBytes(expected.Length, hash, source);
            Require(actual.AsSpan().SequenceEqual(expected), $"is of a model without {p.Name} of {p.Rows} x {p.Columns}");
            for (int i = 0; i <= slots; i++)
            {
                values.Add(ReadFloats(p.Count, hash, source));
            }

            if (hasSnapshot)
            {
                snapshot.Add(ReadFloats(p.Count, hash, source));
            }
        }

        byte[] digest = hash.GetHashAndReset();
        byte[] stored = new byte[digest.Length];
        Fill(stored, source);
        Require(CryptographicOperations.FixedTimeEquals(digest, stored), "is damaged: its SHA-256 differs");
        for (int i = 0; i < network.Parameters.Length; i++)
        {
            Parameter p = network.Parameters[i];
            values[i * (slots + 1)].CopyTo(p.Values);
            for (int slot = 0; slot < slots; slot++)
            {
                values[(i * (slots + 1)) + 1 + slot].CopyTo(p.Slots[slot].Span(p.Count));
            }
        }

        network.Optimizer.Restore(steps, power1, power2);
        return hasSnapshot ? [.. snapshot] : null;
    }

    private static byte[] Describe(Parameter p)
    {
        byte[] name = Encoding.UTF8.GetBytes(p.Name);
        byte[] description = new byte[2 + name.Length + 4 + 4];
        BinaryPrimitives.WriteUInt16LittleEndian(description, (ushort)name.Length);
        name.CopyTo(description, 2);
        BinaryPrimitives.WriteInt32LittleEndian(description.AsSpan(2 + name.Length), p.Rows);
        BinaryPrimitives.WriteInt32LittleEndian(description.AsSpan(2 + name.Length + 4), p.Columns);
        return description;
    }

    private static void WriteBytes(byte[] bytes, IncrementalHash hash, Stream? destination)
    {
        hash.AppendData(bytes);
        destination?.Write(bytes);
    }

    private static void WriteFloats(ReadOnlySpan<float> values, IncrementalHash hash, Stream? destination)
    {
        byte[] chunk = new byte[Math.Min(ChunkFloats, values.Length) * sizeof(float)];
        while (values.Length > 0)
        {
            int count = Math.Min(ChunkFloats, values.Length);
            Span<byte> bytes = chunk.AsSpan(0, count * sizeof(float));
            for (int i = 0; i < count; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes[(i * sizeof(float))..], values[i]);
            }

            hash.AppendData(bytes);
            destination?.Write(bytes);
            values = values[count..];
        }
    }

    private static byte[] ReadBytes(int length, IncrementalHash hash, Stream source)
    {
        byte[] bytes = new byte[length];
        Fill(bytes, source);
        hash.AppendData(bytes);
        return bytes;
    }

    private static float[] ReadFloats(int count, IncrementalHash hash, Stream source)
    {
        float[] values = new float[count];
        byte[] chunk = new byte[Math.Min(ChunkFloats, count) * sizeof(float)];
        for (int done = 0; done < count;)
        {
            int length = Math.Min(ChunkFloats, count - done);
            Span<byte> bytes = chunk.AsSpan(0, length * sizeof(float));
            Fill(bytes, source);
            hash.AppendData(bytes);
            for (int i = 0; i < length; i++, done++)
            {
                values[done] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
                Require(float.IsFinite(values[done]), "holds an infinity or a value that is not a number");
            }
        }

        return values;
    }

    private static void Fill(Span<byte> bytes, Stream source)
    {
        try
        {
            source.ReadExactly(bytes);
        }
        catch (EndOfStreamException e)
        {
            throw new InvalidDataException("The model state ends too early; take an older checkpoint.", e);
        }
    }

    private static void Require(bool condition, string problem)
    {
        if (!condition)
        {
            throw new InvalidDataException($"The model state {problem}; take an older checkpoint of this study.");
        }
    }
}
