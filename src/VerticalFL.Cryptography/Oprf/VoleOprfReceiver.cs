// Oblivious pseudorandom function from VOLE and OKVS: the receiver gets F at its n items, the sender can compute F anywhere.
//
// Reference: Raghuraman, Rindal, "Blazing Fast PSI from Improved OKVS and Subfield VOLE" (2022, ePrint 2022/320), section 3, the malicious
// variant; VOLE: SilentVoleReceiver.cs; OKVS: OkvsTable.cs.
// The receiver encodes P with Decode(P, x) = E(x), E a random oracle into GF(2^128), and sends P + C. The sender computes
// K = B + (P + C) Delta = A + P Delta. F(x) = H(Decode(A, x) + w, x) = H(Decode(K, x) + Delta E(x) + w, x), w = sum of a word of each:
// the sender commits to its word first and opens it after the table.
// Parameters: items of 16 bytes, values of 64; one slot of the table is one entry of the VOLE.
// Adversary: malicious in both roles, as the VOLE. A malicious receiver can hold as many items as the table has slots (some 1.23 n + 64
// instead of n). The sender learns n. Time depends on the receiver's own items (OkvsTable); the sender's is constant but for table lookups
// by rows, which depend on its own items.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Okvs;
using VerticalFL.Cryptography.Vole;

namespace VerticalFL.Cryptography.Oprf;

/// <summary>The receiver's side: messages in and out, in the order of the methods. One object, one exchange; a refusal ends it.</summary>
public sealed class VoleOprfReceiver : IDisposable
{
    private readonly VoleOprfSuite _suite;
    private readonly ReadOnlyMemory<byte> _items;
    private readonly int _count;
    private readonly SilentVoleReceiver _vole;
    private readonly byte[] _commitment = new byte[VoleOprfSuite.CommitmentSize];
    private readonly Gf128[] _word = GC.AllocateArray<Gf128>(1, pinned: true);

    private OkvsTable? _decoder;
    private bool _taken;
    private bool _open;

    /// <summary>Prepares an exchange over distinct items.</summary>
    /// <param name="session">32 bytes, public, unique to the exchange and the pair of parties.</param>
    /// <param name="items">n * 16 bytes; read until the last <see cref="Evaluate"/>.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public VoleOprfReceiver(ReadOnlySpan<byte> session, ReadOnlyMemory<byte> items)
    {
        _suite = new VoleOprfSuite(session);
        _count = BatchLengths.Count(items.Length, VoleOprfSuite.ItemSize, nameof(items));
        _items = items;
        _vole = new SilentVoleReceiver(session, OkvsTable.SlotCount(_count));
    }

    /// <summary>Takes the sender's request.</summary>
    /// <returns>The answer, about 0.6 MB; null when the request is refused.</returns>
    public ReadOnlyMemory<byte>? TryAnswer(ReadOnlySpan<byte> request)
    {
        if (request.Length < VoleOprfSuite.CommitmentSize)
        {
            return _vole.TryAnswer([]);
        }

        request[^VoleOprfSuite.CommitmentSize..].CopyTo(_commitment);
        return _vole.TryAnswer(request[..^VoleOprfSuite.CommitmentSize]);
    }

    /// <summary>Takes the sender's sums.</summary>
    /// <returns>The challenge, 16 bytes; null when the sums are refused.</returns>
    public ReadOnlyMemory<byte>? TryExpand(ReadOnlyMemory<byte> sums) => _vole.TryExpand(sums);

    /// <summary>Takes the sender's proof and encodes the items.</summary>
    /// <returns>The table, 48 bytes and 16 for each slot; null when the sender has deviated.</returns>
    /// <exception cref="ArgumentException">Two items are equal.</exception>
    public ReadOnlyMemory<byte>? TryEncode(ReadOnlySpan<byte> proof, CancellationToken cancellationToken = default)
    {
        if (!_vole.TryFinish(proof))
        {
            return null;
        }

        Gf128[] values = GC.AllocateArray<Gf128>(_count, pinned: true);
        for (int i = 0; i < _count; i++)
        {
            values[i] = _suite.ItemElement(Item(i));
        }

        var table = OkvsTable.Encode(_items.Span, MemoryMarshal.AsBytes(values.AsSpan()), Gf128.Size, cancellationToken);
        byte[] message = new byte[VoleOprfSuite.TableHeader + (table.Slots * Gf128.Size)];
        table.Seed.CopyTo(message);
        Span<byte> word = message.AsSpan(OkvsTable.SeedSize, Gf128.Size);
        RandomNumberGenerator.Fill(word);
        _word[0] = Gf128.Read(word);
        Span<byte> slots = message.AsSpan(VoleOprfSuite.TableHeader);
        table.CopyTo(0, slots);
        Span<Gf128> masked = MemoryMarshal.Cast<byte, Gf128>(slots);
        ReadOnlySpan<Gf128> c = _vole.C;
        for (int i = 0; i < masked.Length; i++)
        {
            masked[i] ^= c[i];
        }

        _decoder = VoleOprfSuite.Table(_count, table.Seed, _vole.A);
        table.Clear();
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values.AsSpan()));
        return message;
    }

    /// <summary>Takes the sender's word.</summary>
    /// <param name="opening">16 bytes.</param>
    /// <returns>False when the sender had committed to another word.</returns>
    /// <exception cref="InvalidOperationException">The table has not been sent, or a word was taken before.</exception>
    public bool TryOpen(ReadOnlySpan<byte> opening)
    {
        if (_decoder is null || _taken)
        {
            throw new InvalidOperationException("The sender's word is taken once, after the table is made.");
        }

        _taken = true;
        if (opening.Length != Gf128.Size || !CryptographicOperations.FixedTimeEquals(_suite.Commitment(opening), _commitment))
        {
            return false;
        }

        _word[0] ^= Gf128.Read(opening);
        _open = true;
        return true;
    }

    /// <summary>The function at the receiver's items from one on.</summary>
    /// <param name="first">The first item.</param>
    /// <param name="outputs">m * 64 bytes.</param>
    /// <exception cref="InvalidOperationException">The exchange has not finished.</exception>
    public void Evaluate(int first, Span<byte> outputs)
    {
        if (_decoder is null || !_open)
        {
            throw new InvalidOperationException("The exchange has not finished.");
        }

        int count = BatchLengths.Count(outputs.Length, OprfSuite.OutputSize, nameof(outputs));
        Span<Gf128> values = stackalloc Gf128[VoleOprfSuite.Batch];
        for (int start = 0; start < count; start += VoleOprfSuite.Batch)
        {
            Span<Gf128> some = values[..Math.Min(VoleOprfSuite.Batch, count - start)];
            ReadOnlySpan<byte> items = _items.Span.Slice((first + start) * VoleOprfSuite.ItemSize, some.Length * VoleOprfSuite.ItemSize);
            _decoder.Decode(items, MemoryMarshal.AsBytes(some));
            for (int i = 0; i < some.Length; i++)
            {
                Span<byte> output = outputs.Slice((start + i) * OprfSuite.OutputSize, OprfSuite.OutputSize);
                _suite.Output(some[i] ^ _word[0], Item(first + start + i), output);
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(values));
    }

    /// <summary>Zeroes all secrets.</summary>
    public void Dispose()
    {
        _open = false;
        _decoder?.Clear();
        _vole.Dispose();
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_word.AsSpan()));
    }

    private ReadOnlySpan<byte> Item(int index) => _items.Span.Slice(index * VoleOprfSuite.ItemSize, VoleOprfSuite.ItemSize);
}
