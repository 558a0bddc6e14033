using System.Runtime.InteropServices;

namespace VerticalFL.Cryptography.Memory;

/// <summary>Zeroed memory straight from Linux, which takes it back when it is released: an allocator in between would keep it.</summary>
internal sealed unsafe partial class LargePages
{
    private const nuint PageSize = 2 * 1024 * 1024;
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int HugePages = 14;

    private readonly void* _mapping;
    private readonly nuint _length;

    private LargePages(void* mapping, nuint length)
    {
        _mapping = mapping;
        _length = length;
        Start = (void*)(((nuint)mapping + PageSize - 1) & ~(PageSize - 1));
    }

    /// <summary>The memory, at the beginning of a page.</summary>
    public void* Start { get; }

    /// <summary>Maps memory.</summary>
    /// <param name="bytes">How much.</param>
    /// <returns>Null when the amount is not worth a page, or the system has another way.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more.</exception>
    public static LargePages? TryAllocate(nuint bytes)
    {
        if (bytes < PageSize || !OperatingSystem.IsLinux())
        {
            return null;
        }

        nuint length = bytes + PageSize;
        void* mapping = Map(null, length, ReadWrite, PrivateAnonymous, -1, 0);
        if ((nint)mapping == -1)
        {
            throw new OutOfMemoryException($"The system has no {bytes >> 20} MiB left.");
        }

        // A wish: what it returns changes nothing but the speed.
        _ = Advise(mapping, length, HugePages);
        return new LargePages(mapping, length);
    }

    /// <summary>Gives the memory back. Once.</summary>
    public void Release() => _ = Unmap(_mapping, _length);

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
