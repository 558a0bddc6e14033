// What both sides of the OPRF from VOLE compute alike; see VoleOprfReceiver.cs.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.ObliviousTransfer;
using VerticalFL.Cryptography.Okvs;

namespace VerticalFL.Cryptography.Oprf;

internal sealed class VoleOprfSuite
{
    /// <summary>Bytes of an item.</summary>
    public const int ItemSize = OkvsTable.KeySize;

    /// <summary>Bytes of the sender's commitment to its word.</summary>
    public const int CommitmentSize = 32;

    /// <summary>Bytes before the slots in the receiver's table message: the rows' seed and the receiver's word.</summary>
    public const int TableHeader = OkvsTable.SeedSize + Gf128.Size;

    /// <summary>Items that are decoded at a time.</summary>
    public const int Batch = 1024;

    private readonly byte[] _session;
    private readonly byte[] _itemPrefix;
    private readonly byte[] _outputPrefix;

    public VoleOprfSuite(ReadOnlySpan<byte> session)
    {
        _session = BaseOtSuite.CopySession(session);
        _itemPrefix = KeyDerivation.HashInputs("vfl/v1/psi/vole/item", _session);
        _outputPrefix = KeyDerivation.HashInputs("vfl/v1/psi/vole/output", _session);
    }

    /// <summary>The random oracle from items to the field.</summary>
    public Gf128 ItemElement(ReadOnlySpan<byte> item)
    {
        Span<byte> input = stackalloc byte[SHA256.HashSizeInBytes + ItemSize];
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _itemPrefix.CopyTo(input);
        item.CopyTo(input[SHA256.HashSizeInBytes..]);
        SHA256.HashData(input, hash);
        return Gf128.Read(hash);
    }

    /// <summary>The function's value, 64 bytes, from the decoded value with both words added.</summary>
    public void Output(Gf128 value, ReadOnlySpan<byte> item, Span<byte> output)
    {
        Span<byte> input = stackalloc byte[SHA256.HashSizeInBytes + Gf128.Size + ItemSize];
        _outputPrefix.CopyTo(input);
        value.Write(input[SHA256.HashSizeInBytes..]);
        item.CopyTo(input[(SHA256.HashSizeInBytes + Gf128.Size)..]);
        SHA512.HashData(input, output);
        CryptographicOperations.ZeroMemory(input);
    }

    public byte[] Commitment(ReadOnlySpan<byte> word) =>
        KeyDerivation.HashInputs("vfl/v1/psi/vole/commitment", _session, word.ToArray());

    /// <summary>A table over given slots.</summary>
    public static OkvsTable Table(int items, ReadOnlySpan<byte> seed, ReadOnlySpan<Gf128> slots)
    {
        var table = new OkvsTable(items, Gf128.Size, seed);
        table.Load(0, MemoryMarshal.AsBytes(slots));
        return table;
    }
}
