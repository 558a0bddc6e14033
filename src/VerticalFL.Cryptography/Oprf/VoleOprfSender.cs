// The sender's side of the OPRF from VOLE and OKVS; reference, parameters and adversary in VoleOprfReceiver.cs.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Memory;
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

    private readonly byte[] _seed = new byte[OkvsTable.SeedSize];

    private int _loaded = -1;
    private bool _ready;

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
    /// <returns>The sums, about 0.3 MB; null when the answer is refused.</returns>
    public ReadOnlyMemory<byte>? TryExpand(ReadOnlyMemory<byte> answer) => _vole.TryExpand(answer);

    /// <summary>Takes the receiver's challenge.</summary>
    /// <returns>The proof, 32 bytes; null when the challenge is refused.</returns>
    public ReadOnlyMemory<byte>? TryProve(ReadOnlySpan<byte> challenge) => _vole.TryProve(challenge);

    /// <summary>How many slots of 16 bytes the receiver's table has.</summary>
    public int Slots => OkvsTable.SlotCount(_count);

    /// <summary>Takes what stands before the receiver's table.</summary>
    /// <param name="header">48 bytes.</param>
    /// <exception cref="ArgumentException">The length is another.</exception>
    /// <exception cref="InvalidOperationException">The proof has not been made, or a table was taken before.</exception>
    public void Begin(ReadOnlySpan<byte> header)
    {
        _ = _vole.Delta;
        if (_loaded >= 0)
        {
            throw new InvalidOperationException("An exchange takes one table.");
        }

        if (header.Length != VoleOprfSuite.HeaderSize)
        {
            throw new ArgumentException($"A header has {VoleOprfSuite.HeaderSize} bytes, not {header.Length}.", nameof(header));
        }

        header[..OkvsTable.SeedSize].CopyTo(_seed);
        _sum[0] = Gf128.Read(_word) ^ Gf128.Read(header[OkvsTable.SeedSize..]);
        _loaded = 0;
    }

    /// <summary>Takes the next slots of the receiver's table.</summary>
    /// <param name="slots">A whole number of slots of 16 bytes, no more than are left.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    /// <exception cref="InvalidOperationException">No table has begun.</exception>
    public void Load(ReadOnlySpan<byte> slots)
    {
        if (_loaded < 0)
        {
            throw new InvalidOperationException("A table begins with its header.");
        }

        int count = BatchLengths.Count(slots.Length, Gf128.Size, nameof(slots));
        if (count > Slots - _loaded)
        {
            throw new ArgumentException($"{count} slots are more than the {Slots - _loaded} that are left.", nameof(slots));
        }

        _vole.Correct(_loaded, MemoryMarshal.Cast<byte, Gf128>(slots));
        _loaded += count;
    }

    /// <summary>Opens the commitment, once the table is whole.</summary>
    /// <returns>The sender's word, 16 bytes.</returns>
    /// <exception cref="InvalidOperationException">Slots are missing.</exception>
    public ReadOnlyMemory<byte> Open()
    {
        if (_loaded != Slots)
        {
            throw new InvalidOperationException("The word is opened after the whole table.");
        }

        _ready = true;
        return _word.ToArray();
    }

    /// <summary>
    /// The function at any items; a value has 32 bytes, given as its halves read big-endian. The values come in an order of their own.
    /// </summary>
    /// <param name="items">m * 16 bytes.</param>
    /// <param name="order">Receives for each value which item it belongs to.</param>
    /// <param name="high">Receives the first halves.</param>
    /// <param name="low">Receives the second halves.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <exception cref="InvalidOperationException">The word has not been opened.</exception>
    public void Evaluate(
        ReadOnlySpan<byte> items, Span<int> order, Span<UInt128> high, Span<UInt128> low, CancellationToken cancellationToken = default)
    {
        if (!_ready)
        {
            throw new InvalidOperationException("The exchange has not finished.");
        }

        int count = BatchLengths.Count(items.Length, VoleOprfSuite.ItemSize, nameof(items));
        BatchLengths.Require(order.Length, count, 1, nameof(order));
        BatchLengths.Require(high.Length, count, 1, nameof(high));
        BatchLengths.Require(low.Length, count, 1, nameof(low));
        using var rows = new OkvsRows(new OkvsShape(_count), _seed, items);
        rows.Order.CopyTo(order);
        using var values = new SecretBuffer<UInt128>(rows.Largest);
        using var elements = new SecretBuffer<UInt128>(rows.Largest);
        UInt128 word = MemoryMarshal.Cast<Gf128, UInt128>(_sum.AsSpan())[0];
        using var dense = new DenseProduct();
        for (int bin = 0; bin < rows.Bins; bin++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ReadOnlySpan<UInt128> keys = rows.Take(bin, items);
            Span<UInt128> some = values.Span[..keys.Length], hashed = elements.Span[..keys.Length];
            _suite.ItemElements(MemoryMarshal.AsBytes(keys), hashed);
            rows.Decode(MemoryMarshal.Cast<Gf128, UInt128>(_vole.B), dense, some);
            Gf128Vector.MultiplyAdd(MemoryMarshal.Cast<UInt128, Gf128>(hashed), _vole.Delta, MemoryMarshal.Cast<UInt128, Gf128>(some));
            VoleOprfSuite.AddWord(some, word);
            int start = rows.Start(bin);
            _suite.Outputs(some, keys, high.Slice(start, keys.Length), low.Slice(start, keys.Length));
        }
    }

    /// <summary>Zeroes all secrets.</summary>
    public void Dispose()
    {
        _ready = false;
        _suite.Dispose();
        _vole.Dispose();
        CryptographicOperations.ZeroMemory(_word);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_sum.AsSpan()));
    }
}
