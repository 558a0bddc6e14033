using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Memory;

/// <summary>
/// Memory for long secret vectors, outside the collected heap: it does not move, is zeroed and given back at once, and lies in pages of 2 MiB
/// where the system grants them. With small pages most reads at random places would miss the processor's page tables too.
/// </summary>
/// <typeparam name="T">The entries.</typeparam>
public sealed unsafe class SecretBuffer<T> : IDisposable
    where T : unmanaged
{
    private readonly bool _pages;
    private T* _memory;

    /// <summary>Room for entries, all zero.</summary>
    /// <param name="length">How many.</param>
    public SecretBuffer(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        nuint bytes = (nuint)length * (nuint)sizeof(T);
        _memory = (T*)LargePages.TryTake(bytes);
        _pages = _memory is not null;
        if (!_pages)
        {
            _memory = (T*)NativeMemory.AlignedAlloc(Math.Max(bytes, 1), 64);
            NativeMemory.Clear(_memory, bytes);
        }
    }

    /// <summary>Releases what nobody has disposed.</summary>
    ~SecretBuffer() => Release();

    /// <summary>How many entries there are.</summary>
    public int Length { get; }

    /// <summary>The entries; not to be kept beyond disposal.</summary>
    /// <exception cref="ObjectDisposedException">They are gone.</exception>
    public Span<T> Span
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return new(_memory, Length);
        }
    }

    /// <summary>Zeroes and releases the memory.</summary>
    public void Dispose()
    {
        Release();
        GC.SuppressFinalize(this);
    }

    private void Release()
    {
        if (_memory is null)
        {
            return;
        }

        for (int first = 0; first < Length;)
        {
            // A span of bytes holds 2^31 at most.
            int some = Math.Min(Length - first, (1 << 30) / sizeof(T));
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(Span.Slice(first, some)));
            first += some;
        }

        if (_pages)
        {
            LargePages.GiveBack(_memory, (nuint)Length * (nuint)sizeof(T));
        }
        else
        {
            NativeMemory.AlignedFree(_memory);
        }

        _memory = null;
    }
}
