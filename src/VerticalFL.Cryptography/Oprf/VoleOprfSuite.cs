// What both sides of the OPRF from VOLE compute alike; see VoleOprfReceiver.cs.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.ObliviousTransfer;
using VerticalFL.Cryptography.Okvs;

namespace VerticalFL.Cryptography.Oprf;

internal sealed class VoleOprfSuite : IDisposable
{
    /// <summary>Bytes of an item.</summary>
    public const int ItemSize = OkvsTable.KeySize;

    /// <summary>Bytes of the sender's commitment to its word.</summary>
    public const int CommitmentSize = 32;

    /// <summary>Bytes that the receiver sends before the slots: the rows' seed and its word.</summary>
    public const int HeaderSize = OkvsTable.SeedSize + Gf128.Size;

    /// <summary>Items that are hashed at a time: all that is touched stays in the L1 cache.</summary>
    public const int Batch = 256;

    private readonly byte[] _session;
    private readonly Sha256Tails _items;
    private readonly Sha256Tails _outputs;
    private readonly byte[] _tails = GC.AllocateArray<byte>(Batch * (Gf128.Size + ItemSize), pinned: true);

    public VoleOprfSuite(ReadOnlySpan<byte> session)
    {
        _session = BaseOtSuite.CopySession(session);
        _items = new Sha256Tails(Prefix("vfl/v1/psi/vole/item"), ItemSize);
        _outputs = new Sha256Tails(Prefix("vfl/v1/psi/vole/output"), Gf128.Size + ItemSize);
    }

    /// <summary>The random oracle E from items to the field.</summary>
    /// <param name="items">m * 16 bytes.</param>
    /// <param name="elements">m elements, each in its 16 little-endian bytes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void ItemElements(ReadOnlySpan<byte> items, Span<UInt128> elements)
    {
        _items.Hash(items, elements, []);
        for (int i = 0; i < elements.Length; i++)
        {
            elements[i] = BinaryPrimitives.ReverseEndianness(elements[i]);
        }
    }

    /// <summary>The function's values, from decoded values with both words added.</summary>
    /// <param name="values">m elements.</param>
    /// <param name="items">The m items.</param>
    /// <param name="high">Receives the first halves.</param>
    /// <param name="low">Receives the second halves.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Outputs(ReadOnlySpan<UInt128> values, ReadOnlySpan<UInt128> items, Span<UInt128> high, Span<UInt128> low)
    {
        Span<UInt128> tails = MemoryMarshal.Cast<byte, UInt128>(_tails.AsSpan());
        for (int first = 0; first < items.Length; first += Batch)
        {
            int count = Math.Min(Batch, items.Length - first);
            for (int i = 0; i < count; i++)
            {
                tails[2 * i] = values[first + i];
                tails[(2 * i) + 1] = items[first + i];
            }

            _outputs.Hash(_tails.AsSpan(0, 2 * count * Gf128.Size), high.Slice(first, count), low.Slice(first, count));
        }
    }

    /// <summary>Adds both sides' words to decoded values.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddWord(Span<UInt128> values, UInt128 word)
    {
        foreach (ref UInt128 value in values)
        {
            value ^= word;
        }
    }

    public byte[] Commitment(ReadOnlySpan<byte> word) =>
        KeyDerivation.HashInputs("vfl/v1/psi/vole/commitment", _session, word.ToArray());

    /// <summary>Zeroes what is left of values.</summary>
    public void Dispose()
    {
        _items.Dispose();
        _outputs.Dispose();
        CryptographicOperations.ZeroMemory(_tails);
    }

    // A whole block of the hash: 32 bytes that name the use and the session, 32 zeros.
    private byte[] Prefix(string label) => [.. KeyDerivation.HashInputs(label, _session), .. new byte[Sha256Tails.PrefixSize - SHA256.HashSizeInBytes]];
}
