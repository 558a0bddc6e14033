using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Keys;

/// <summary>
/// Secret bytes of a fixed length in memory that the collector does not move or copy; zeroed on disposal. Never printed, compared only in
/// constant time.
/// </summary>
public sealed class SecretKey : IDisposable
{
    private readonly byte[] _bytes;

    private bool _disposed;

    private SecretKey(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        _bytes = GC.AllocateArray<byte>(length, pinned: true);
    }

    /// <summary>Number of bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>The bytes; valid until disposal, and not to be kept.</summary>
    /// <exception cref="ObjectDisposedException">The key is disposed.</exception>
    public ReadOnlySpan<byte> Bytes
    {
        get
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _bytes;
        }
    }

    /// <summary>A fresh key from the operating system's generator.</summary>
    /// <param name="length">Bytes, at least 1.</param>
    public static SecretKey Generate(int length = 32)
    {
        var key = new SecretKey(length);
        RandomNumberGenerator.Fill(key._bytes);
        return key;
    }

    /// <summary>A copy of given bytes; the caller zeroes its own.</summary>
    /// <param name="bytes">At least one byte.</param>
    public static SecretKey CopyOf(ReadOnlySpan<byte> bytes)
    {
        var key = new SecretKey(bytes.Length);
        bytes.CopyTo(key._bytes);
        return key;
    }

    /// <summary>A key derived by <see cref="KeyDerivation.Derive"/>.</summary>
    /// <param name="secret">Input keying material with at least 128 bits of entropy.</param>
    /// <param name="salt">Public, may be empty.</param>
    /// <param name="label">One of <see cref="KeyLabels"/>.</param>
    /// <param name="length">Bytes, 1 to 8,160.</param>
    /// <param name="inputs">Public context, each length-prefixed.</param>
    /// <exception cref="ArgumentException">The label is not one of ours or the length is out of range.</exception>
    public static SecretKey Derive(
        ReadOnlySpan<byte> secret, ReadOnlySpan<byte> salt, string label, int length, params ReadOnlySpan<ReadOnlyMemory<byte>> inputs)
    {
        var key = new SecretKey(length);
        KeyDerivation.Derive(secret, salt, label, key._bytes, inputs);
        return key;
    }

    /// <summary>Equality in time that depends on the lengths only.</summary>
    /// <exception cref="ObjectDisposedException">Either key is disposed.</exception>
    public bool FixedTimeEquals(SecretKey other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return CryptographicOperations.FixedTimeEquals(Bytes, other.Bytes);
    }

    /// <summary>Zeroes the bytes.</summary>
    public void Dispose()
    {
        _disposed = true;
        CryptographicOperations.ZeroMemory(_bytes);
    }

    /// <summary>"[redacted]".</summary>
    public override string ToString() => "[redacted]";
}
