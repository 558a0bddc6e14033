using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;

namespace VerticalFL.Cryptography.Vole;

/// <summary>
/// Memory for elements that are read at random places, outside the collected heap and in pages of 2 MiB where the system grants them: with
/// small pages most reads of a large vector would miss the processor's page tables too.
/// </summary>
internal sealed unsafe partial class GatherBuffer : IDisposable
{
    private const nuint Alignment = 2 * 1024 * 1024;
    private const int HugePages = 14;

    private readonly Gf128* _memory;
    private readonly int _length;

    public GatherBuffer(int length)
    {
        _length = length;
        nuint bytes = (nuint)length * Gf128.Size;
        _memory = (Gf128*)NativeMemory.AlignedAlloc(bytes, Alignment);
        if (OperatingSystem.IsLinux())
        {
            // A wish: what it returns changes nothing but the speed.
            _ = Advise(_memory, bytes, HugePages);
        }
    }

    public Span<Gf128> Elements => new(_memory, _length);

    /// <summary>Zeroes and releases the memory.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(Elements));
        NativeMemory.AlignedFree(_memory);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
