using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Ristretto255;
using VerticalFL.Cryptography.Ristretto255.Backends;

namespace VerticalFL.Cryptography.Oprf;

/// <summary>
/// The sender's side of the OPRF (RFC 9497 mode 0x00 over ristretto255, SHA-512, our domain tag): one fresh key, which evaluates a
/// receiver's blinded elements and the sender's own items. Make one object per receiver and attempt.
/// </summary>
/// <remarks>Safe for concurrent use until it is disposed, which zeroes the key.</remarks>
public sealed class EcdhOprfSender : IDisposable
{
    private const int Batch = IPointBackend.MaxBatch;

    private readonly OprfSuite _suite;

    private readonly IPointBackend _backend;

    // Half of the key: what is encoded is the double of its products.
    private readonly Scalar[] _halfKey = GC.AllocateArray<Scalar>(1, pinned: true);

    private bool _disposed;

    /// <summary>A sender with a uniform nonzero key from the operating system's generator.</summary>
    public EcdhOprfSender()
        : this(OprfSuite.Alignment, PointBackends.Fastest, Scalar.Random())
    {
    }

    internal EcdhOprfSender(OprfSuite suite, IPointBackend backend, in Scalar key)
    {
        _suite = suite;
        _backend = backend;
        _halfKey[0] = key * Scalar.FromUInt64(2).Invert();
    }

    /// <summary>Multiplies a receiver's blinded elements by the key.</summary>
    /// <param name="blinded">n * 32 bytes, as received.</param>
    /// <param name="evaluated">n * 32 bytes, to send back in the same order.</param>
    /// <returns>
    /// False if an element is not a canonical encoding or is the identity: the receiver broke the protocol. The destination is then zero.
    /// </returns>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The object is disposed.</exception>
    public bool TryBlindEvaluate(ReadOnlySpan<byte> blinded, Span<byte> evaluated)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int n = BatchLengths.Count(blinded.Length, RistrettoPoint.Size, nameof(blinded));
        BatchLengths.Require(evaluated.Length, n, RistrettoPoint.Size, nameof(evaluated));

        for (int start = 0; start < n; start += Batch)
        {
            int offset = start * RistrettoPoint.Size;
            int length = Math.Min(Batch, n - start) * RistrettoPoint.Size;
            if (!_backend.TryMultiplyEncoded(_halfKey, blinded.Slice(offset, length), evaluated.Slice(offset, length)))
            {
                evaluated.Clear();
                return false;
            }
        }

        return true;
    }

    /// <summary>The function at the sender's own items.</summary>
    /// <param name="items">n * 16 bytes.</param>
    /// <param name="outputs">n * 64 bytes.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    /// <exception cref="ObjectDisposedException">The object is disposed.</exception>
    public void Evaluate(ReadOnlySpan<byte> items, Span<byte> outputs)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        int n = BatchLengths.Count(items.Length, EcdhOprfReceiver.ItemSize, nameof(items));
        BatchLengths.Require(outputs.Length, n, OprfSuite.OutputSize, nameof(outputs));

        Span<byte> uniform = stackalloc byte[Batch * RistrettoPoint.UniformSize];
        Span<byte> elements = stackalloc byte[Batch * RistrettoPoint.Size];
        for (int start = 0; start < n; start += Batch)
        {
            int m = Math.Min(Batch, n - start);
            ReadOnlySpan<byte> some = items.Slice(start * EcdhOprfReceiver.ItemSize, m * EcdhOprfReceiver.ItemSize);
            _suite.ExpandAll(some, EcdhOprfReceiver.ItemSize, uniform[..(m * RistrettoPoint.UniformSize)]);
            _backend.MultiplyDerived(_halfKey, uniform[..(m * RistrettoPoint.UniformSize)], elements[..(m * RistrettoPoint.Size)]);
            OprfSuite.HashOutputs(
                some,
                EcdhOprfReceiver.ItemSize,
                elements[..(m * RistrettoPoint.Size)],
                outputs.Slice(start * OprfSuite.OutputSize, m * OprfSuite.OutputSize));
        }

        CryptographicOperations.ZeroMemory(elements);
        CryptographicOperations.ZeroMemory(uniform);
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_halfKey.AsSpan()));
    }
}
