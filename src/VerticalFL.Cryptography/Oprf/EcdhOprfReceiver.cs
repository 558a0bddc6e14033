using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Ristretto255;
using VerticalFL.Cryptography.Ristretto255.Backends;

namespace VerticalFL.Cryptography.Oprf;

/// <summary>
/// The receiver's side of the OPRF (RFC 9497 mode 0x00 over ristretto255, SHA-512, our domain tag) for many 16-byte items: blinds them,
/// and turns what a sender evaluated into 64-byte outputs. One object serves any number of senders.
/// </summary>
/// <remarks>
/// Holds the items and one secret per item until disposed, which zeroes them. Not safe for concurrent use, except that
/// <see cref="TryFinalize"/> may run on several threads once the last <see cref="Blind"/> has returned.
/// </remarks>
public sealed class EcdhOprfReceiver : IDisposable
{
    /// <summary>Bytes of an item.</summary>
    public const int ItemSize = 16;

    /// <summary>Bytes of a blinded or evaluated element.</summary>
    public const int ElementSize = RistrettoPoint.Size;

    /// <summary>Bytes of an output.</summary>
    public const int OutputSize = OprfSuite.OutputSize;

    /// <summary>The most items that one object keeps.</summary>
    public const int MaxItems = 1 << 25;

    private const int Batch = IPointBackend.MaxBatch;

    private readonly OprfSuite _suite;

    private readonly IPointBackend _backend;

    private byte[] _items = [];

    // 1 / (4 r') for the blind r = 2 r': see Blind.
    private Scalar[] _unblinders = [];

    private bool _disposed;

    /// <summary>A receiver without items.</summary>
    public EcdhOprfReceiver()
        : this(OprfSuite.Alignment, PointBackends.Fastest)
    {
    }

    internal EcdhOprfReceiver(OprfSuite suite, IPointBackend backend)
    {
        _suite = suite;
        _backend = backend;
    }

    /// <summary>How many items have been blinded.</summary>
    public int Count { get; private set; }

    /// <summary>
    /// Blinds further items, each with a fresh uniform nonzero scalar from the operating system's generator, and keeps them.
    /// </summary>
    /// <param name="items">n * 16 bytes.</param>
    /// <param name="blinded">n * 32 bytes, to send: uniform elements, independent of the items.</param>
    /// <exception cref="ArgumentException">A length is wrong or more than <see cref="MaxItems"/> items would be kept.</exception>
    /// <exception cref="ObjectDisposedException">The object is disposed.</exception>
    public void Blind(ReadOnlySpan<byte> items, Span<byte> blinded)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int n = BatchLengths.Count(items.Length, ItemSize, nameof(items));
        BatchLengths.Require(blinded.Length, n, ElementSize, nameof(blinded));
        if (n > MaxItems - Count)
        {
            throw new ArgumentException($"At most {MaxItems} items can be kept; {Count} are, and {n} more were given.", nameof(items));
        }

        Reserve(Count + n);
        int first = Count;
        items.CopyTo(_items.AsSpan(first * ItemSize));
        Span<Scalar> halves = stackalloc Scalar[Batch];
        Span<byte> uniform = stackalloc byte[Batch * RistrettoPoint.UniformSize];
        for (int start = 0; start < n; start += Batch)
        {
            int m = Math.Min(Batch, n - start);
            Span<Scalar> unblinders = _unblinders.AsSpan(first + start, m);
            Scalar.FillRandom(halves[..m]);
            for (int i = 0; i < m; i++)
            {
                // The blind is r = 2 r', as uniform as r'. Encoding the double of r' H(x) is cheaper than encoding r H(x), and unblinding
                // k r H(x) is again a double: 2 (1 / (4 r')) k r H(x).
                Scalar two = halves[i] + halves[i];
                unblinders[i] = two + two;
            }

            _suite.ExpandAll(items.Slice(start * ItemSize, m * ItemSize), ItemSize, uniform[..(m * RistrettoPoint.UniformSize)]);
            _backend.MultiplyDerived(
                halves[..m], uniform[..(m * RistrettoPoint.UniformSize)], blinded.Slice(start * ElementSize, m * ElementSize));
        }

        Scalar.InvertAll(_unblinders.AsSpan(first, n));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(halves));
        CryptographicOperations.ZeroMemory(uniform);
        Count += n;
    }

    /// <summary>
    /// Unblinds a sender's elements and hashes them with their items: the outputs that <see cref="EcdhOprfSender.Evaluate"/> gives.
    /// </summary>
    /// <param name="firstItem">The index of the first item, in the order of blinding.</param>
    /// <param name="evaluated">m * 32 bytes, as received.</param>
    /// <param name="outputs">m * 64 bytes.</param>
    /// <returns>
    /// False if an element is not a canonical encoding or is the identity: the sender broke the protocol. The outputs are then all zero.
    /// </returns>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The range holds items that were not blinded.</exception>
    /// <exception cref="ObjectDisposedException">The object is disposed.</exception>
    public bool TryFinalize(int firstItem, ReadOnlySpan<byte> evaluated, Span<byte> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int n = BatchLengths.Count(evaluated.Length, ElementSize, nameof(evaluated));
        BatchLengths.Require(outputs.Length, n, OutputSize, nameof(outputs));
        ArgumentOutOfRangeException.ThrowIfNegative(firstItem);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstItem, Count - n);

        Span<byte> elements = stackalloc byte[Batch * ElementSize];
        for (int start = 0; start < n; start += Batch)
        {
            int m = Math.Min(Batch, n - start);
            ReadOnlySpan<Scalar> unblinders = _unblinders.AsSpan(firstItem + start, m);
            if (!_backend.TryMultiplyEncoded(
                unblinders, evaluated.Slice(start * ElementSize, m * ElementSize), elements[..(m * ElementSize)]))
            {
                CryptographicOperations.ZeroMemory(elements);
                outputs.Clear();
                return false;
            }

            OprfSuite.HashOutputs(
                _items.AsSpan((firstItem + start) * ItemSize, m * ItemSize),
                ItemSize,
                elements[..(m * ElementSize)],
                outputs.Slice(start * OutputSize, m * OutputSize));
        }

        CryptographicOperations.ZeroMemory(elements);
        return true;
    }

    /// <summary>Zeroes the items and the blinds.</summary>
    public void Dispose()
    {
        _disposed = true;
        Zero();
        _items = [];
        _unblinders = [];
        Count = 0;
    }

    // Pinned, so that the collector leaves no copies behind; the old arrays are zeroed.
    private void Reserve(int count)
    {
        if (count <= _unblinders.Length)
        {
            return;
        }

        int capacity = Math.Min(Math.Max(count, 2 * _unblinders.Length), MaxItems);
        byte[] items = GC.AllocateUninitializedArray<byte>(capacity * ItemSize, pinned: true);
        Scalar[] unblinders = GC.AllocateUninitializedArray<Scalar>(capacity, pinned: true);
        _items.AsSpan(0, Count * ItemSize).CopyTo(items);
        _unblinders.AsSpan(0, Count).CopyTo(unblinders);
        Zero();
        _items = items;
        _unblinders = unblinders;
    }

    private void Zero()
    {
        CryptographicOperations.ZeroMemory(_items);
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_unblinders.AsSpan()));
    }
}
