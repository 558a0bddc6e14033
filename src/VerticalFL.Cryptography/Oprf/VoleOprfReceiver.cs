// Oblivious pseudorandom function from VOLE and OKVS: the receiver gets F at its n items, the sender can compute F anywhere.
//
// Reference: Raghuraman, Rindal, "Blazing Fast PSI from Improved OKVS and Subfield VOLE" (2022, ePrint 2022/320), section 3, the malicious
// variant; VOLE: SilentVoleReceiver.cs; OKVS: OkvsTable.cs.
// The receiver encodes P with Decode(P, x) = E(x), E a random oracle into GF(2^128), and sends P + C. The sender computes
// K = B + (P + C) Delta = A + P Delta. F(x) = H(Decode(A, x) + w, x) = H(Decode(K, x) + Delta E(x) + w, x), w = sum of a word of each:
// the sender commits to its word first and opens it after the table.
// Parameters: items of 16 bytes, values of 32; one slot of the table is one entry of the VOLE.
// Adversary: malicious in both roles, as the VOLE. A malicious receiver can hold as many items as the table has slots (some 1.36 n
// instead of n, for large n). The sender learns n. Time depends on the receiver's own items (OkvsTable); the sender's is constant but for table lookups
// by rows, which depend on its own items.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Memory;
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
    private readonly byte[] _header = new byte[VoleOprfSuite.HeaderSize];
    private readonly Gf128[] _word = GC.AllocateArray<Gf128>(1, pinned: true);

    private OkvsRows? _rows;
    private SecretBuffer<UInt128>? _table;
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
    /// <returns>The answer, about 1.4 MB; null when the request is refused.</returns>
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

    /// <summary>How many slots of 16 bytes the table has.</summary>
    public int Slots => OkvsTable.SlotCount(_count);

    /// <summary>What is sent before the table: 48 bytes; after <see cref="TryEncode"/>.</summary>
    public ReadOnlyMemory<byte> Header => _rows is null ? throw NotEncoded() : _header;

    /// <summary>Takes the sender's proof and encodes the items.</summary>
    /// <returns>False when the sender has deviated.</returns>
    /// <exception cref="ArgumentException">Two items are equal.</exception>
    public bool TryEncode(ReadOnlySpan<byte> proof, CancellationToken cancellationToken = default)
    {
        if (!_vole.TryFinish(proof))
        {
            return false;
        }

        _table = new SecretBuffer<UInt128>(Slots);
        var rows = OkvsTable.Solve(
            new OkvsShape(_count),
            _items.Span,
            _suite,
            static (suite, _, items, elements) => suite.ItemElements(MemoryMarshal.AsBytes(items), elements),
            _header.AsSpan(0, OkvsTable.SeedSize),
            _table.Span,
            cancellationToken);

        Span<byte> word = _header.AsSpan(OkvsTable.SeedSize);
        RandomNumberGenerator.Fill(word);
        _word[0] = Gf128.Read(word);
        Gf128Vector.Add(_vole.C, MemoryMarshal.Cast<UInt128, Gf128>(_table.Span));
        _vole.ReleaseC();
        _rows = rows;
        return true;
    }

    /// <summary>Copies slots of the masked table out, for sending.</summary>
    /// <param name="first">The first slot.</param>
    /// <param name="slots">Room for a whole number of slots of 16 bytes.</param>
    /// <exception cref="InvalidOperationException">There is no table yet, or no more.</exception>
    public void CopySlots(int first, Span<byte> slots)
    {
        if (_rows is null || _table is null)
        {
            throw NotEncoded();
        }

        MemoryMarshal.AsBytes(_table.Span.Slice(first, slots.Length / Gf128.Size)).CopyTo(slots);
    }

    /// <summary>Takes the sender's word, which ends the need for the table.</summary>
    /// <param name="opening">16 bytes.</param>
    /// <returns>False when the sender had committed to another word.</returns>
    /// <exception cref="InvalidOperationException">The table has not been sent, or a word was taken before.</exception>
    public bool TryOpen(ReadOnlySpan<byte> opening)
    {
        if (_rows is null || _taken)
        {
            throw new InvalidOperationException("The sender's word is taken once, after the table is made.");
        }

        _taken = true;
        ReleaseTable();
        if (opening.Length != Gf128.Size || !CryptographicOperations.FixedTimeEquals(_suite.Commitment(opening), _commitment))
        {
            return false;
        }

        _word[0] ^= Gf128.Read(opening);
        _open = true;
        return true;
    }

    /// <summary>
    /// The function at all items; a value has 32 bytes, given as its halves read big-endian. The values come in an order of their own.
    /// </summary>
    /// <param name="order">Receives for each value which item it belongs to.</param>
    /// <param name="high">Receives the first halves.</param>
    /// <param name="low">Receives the second halves.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidOperationException">The exchange has not finished.</exception>
    public void Evaluate(Span<int> order, Span<UInt128> high, Span<UInt128> low, CancellationToken cancellationToken = default)
    {
        if (_rows is null || !_open)
        {
            throw new InvalidOperationException("The exchange has not finished.");
        }

        BatchLengths.Require(order.Length, _count, 1, nameof(order));
        BatchLengths.Require(high.Length, _count, 1, nameof(high));
        BatchLengths.Require(low.Length, _count, 1, nameof(low));
        _rows.Order.CopyTo(order);
        using var values = new SecretBuffer<UInt128>(_rows.Largest);
        UInt128 word = MemoryMarshal.Cast<Gf128, UInt128>(_word.AsSpan())[0];
        using var dense = new DenseProduct();
        for (int bin = 0; bin < _rows.Bins; bin++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<UInt128> keys = _rows.Take(bin, _items.Span);
            Span<UInt128> some = values.Span[..keys.Length];
            _rows.Decode(MemoryMarshal.Cast<Gf128, UInt128>(_vole.A), dense, some);
            VoleOprfSuite.AddWord(some, word);
            int start = _rows.Start(bin);
            _suite.Outputs(some, keys, high.Slice(start, keys.Length), low.Slice(start, keys.Length));
        }
    }

    /// <summary>Zeroes all secrets.</summary>
    public void Dispose()
    {
        _open = false;
        _suite.Dispose();
        _vole.Dispose();
        _rows?.Dispose();
        ReleaseTable();
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_word.AsSpan()));
    }

    private void ReleaseTable()
    {
        _table?.Dispose();
        _table = null;
    }

    private static InvalidOperationException NotEncoded() => new("The items have not been encoded.");
}
