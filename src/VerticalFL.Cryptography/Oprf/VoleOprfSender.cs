// The sender's side of the OPRF from VOLE and OKVS; reference, parameters and adversary in VoleOprfReceiver.cs.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Okvs;
using VerticalFL.Cryptography.Vole;

namespace VerticalFL.Cryptography.Oprf;

/// <summary>The sender's side: messages in and out, in the order of the methods. One object, one exchange; a refusal ends it.</summary>
public sealed class VoleOprfSender : IDisposable
{
    private readonly VoleOprfSuite _suite;
    private readonly int _count;
    private readonly SilentVoleSender _vole;
    private readonly byte[] _request;
    private readonly byte[] _word = GC.AllocateArray<byte>(Gf128.Size, pinned: true);
    private readonly Gf128[] _sum = GC.AllocateArray<Gf128>(1, pinned: true);

    private OkvsTable? _decoder;
    private bool _taken;

    /// <summary>Draws the key.</summary>
    /// <param name="session">32 bytes, public, unique to the exchange and the pair of parties.</param>
    /// <param name="receiverItems">How many items the receiver has declared.</param>
    public VoleOprfSender(ReadOnlySpan<byte> session, int receiverItems)
    {
        _suite = new VoleOprfSuite(session);
        _count = receiverItems;
        _vole = new SilentVoleSender(session, OkvsTable.SlotCount(receiverItems));
        RandomNumberGenerator.Fill(_word);
        _request = [.. _vole.Request.Span, .. _suite.Commitment(_word)];
    }

    /// <summary>The first message, about 8 kB.</summary>
    public ReadOnlyMemory<byte> Request => _request;

    /// <summary>Takes the receiver's answer.</summary>
    /// <returns>The sums, about 0.1 MB; null when the answer is refused.</returns>
    public ReadOnlyMemory<byte>? TryExpand(ReadOnlyMemory<byte> answer) => _vole.TryExpand(answer);

    /// <summary>Takes the receiver's challenge.</summary>
    /// <returns>The proof, 32 bytes; null when the challenge is refused.</returns>
    public ReadOnlyMemory<byte>? TryProve(ReadOnlySpan<byte> challenge) => _vole.TryProve(challenge);

    /// <summary>Takes the receiver's table.</summary>
    /// <returns>The sender's word, 16 bytes; null when the table has a wrong length.</returns>
    /// <exception cref="InvalidOperationException">The proof has not been made, or a table was taken before.</exception>
    public ReadOnlyMemory<byte>? TryAccept(ReadOnlySpan<byte> table)
    {
        ReadOnlySpan<Gf128> b = _vole.B;
        if (_taken)
        {
            throw new InvalidOperationException("An exchange takes one table.");
        }

        _taken = true;
        if (table.Length != VoleOprfSuite.TableHeader + (b.Length * Gf128.Size))
        {
            return null;
        }

        Gf128[] key = GC.AllocateUninitializedArray<Gf128>(b.Length, pinned: true);
        b.CopyTo(key);
        Gf128Vector.MultiplyAdd(MemoryMarshal.Cast<byte, Gf128>(table[VoleOprfSuite.TableHeader..]), _vole.Delta, key);
        _decoder = VoleOprfSuite.Table(_count, table[..OkvsTable.SeedSize], key);
        _sum[0] = Gf128.Read(_word) ^ Gf128.Read(table[OkvsTable.SeedSize..]);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(key.AsSpan()));
        return _word.ToArray();
    }

    /// <summary>The function at any items.</summary>
    /// <param name="items">m * 16 bytes.</param>
    /// <param name="outputs">m * 64 bytes.</param>
    /// <exception cref="InvalidOperationException">No table has been taken.</exception>
    public void Evaluate(ReadOnlySpan<byte> items, Span<byte> outputs)
    {
        if (_decoder is null)
        {
            throw new InvalidOperationException("The exchange has not finished.");
        }

        int count = BatchLengths.Count(items.Length, VoleOprfSuite.ItemSize, nameof(items));
        BatchLengths.Require(outputs.Length, count, OprfSuite.OutputSize, nameof(outputs));
        Span<Gf128> values = stackalloc Gf128[VoleOprfSuite.Batch];
        Gf128 delta = _vole.Delta;
        for (int start = 0; start < count; start += VoleOprfSuite.Batch)
        {
            Span<Gf128> some = values[..Math.Min(VoleOprfSuite.Batch, count - start)];
            _decoder.Decode(items.Slice(start * VoleOprfSuite.ItemSize, some.Length * VoleOprfSuite.ItemSize), MemoryMarshal.AsBytes(some));
            for (int i = 0; i < some.Length; i++)
            {
                ReadOnlySpan<byte> item = items.Slice((start + i) * VoleOprfSuite.ItemSize, VoleOprfSuite.ItemSize);
                Gf128 value = some[i] ^ (delta * _suite.ItemElement(item)) ^ _sum[0];
                _suite.Output(value, item, outputs.Slice((start + i) * OprfSuite.OutputSize, OprfSuite.OutputSize));
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Zeroes all secrets.</summary>
    public void Dispose()
    {
        _decoder?.Clear();
        _decoder = null;
        _vole.Dispose();
        CryptographicOperations.ZeroMemory(_word);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_sum.AsSpan()));
    }
}
