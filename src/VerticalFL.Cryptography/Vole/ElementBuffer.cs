using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;

namespace VerticalFL.Cryptography.Vole;

/// <summary>
/// Memory for long secret vectors, outside the collected heap: it does not move, is zeroed and released at once, and lies in pages of 2 MiB
/// where the system grants them. With small pages most reads at random places would miss the processor's page tables too.
/// </summary>
internal sealed unsafe partial class ElementBuffer : IDisposable
{
    private const nuint Alignment = 2 * 1024 * 1024;
    private const int HugePages = 14;

    private readonly int _length;
    private Gf128* _memory;

    /// <summary>Room for elements, all 0.</summary>
    public ElementBuffer(int length)
    {
        _length = length;
        nuint bytes = (nuint)length * Gf128.Size;
        _memory = (Gf128*)NativeMemory.AlignedAlloc(bytes, Alignment);
        if (OperatingSystem.IsLinux())
        {
            // A wish: what it returns changes nothing but the speed.
            _ = Advise(_memory, bytes, HugePages);
        }

        NativeMemory.Clear(_memory, bytes);
    }

    /// <summary>Releases what nobody has disposed.</summary>
    ~ElementBuffer() => Release();

    /// <summary>The elements; not to be kept beyond disposal.</summary>
    /// <exception cref="ObjectDisposedException">They are gone.</exception>
    public Span<Gf128> Elements
    {
        get
        {
            ObjectDisposedException.ThrowIf(_memory is null, this);
            return new(_memory, _length);
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

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(Elements));
        NativeMemory.AlignedFree(_memory);
        _memory = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
