using System.Runtime.InteropServices;

namespace VerticalFL.Cryptography.Memory;

/// <summary>
/// Zeroed memory straight from Linux, in pages of 2 MiB where the system grants them. What is given back serves what is taken next, for a fresh
/// page costs more than it takes to zero one; but a bounded amount, and when nothing has been out for two seconds, all goes back to the system. An allocator in
/// between would keep it.
/// </summary>
internal static unsafe partial class LargePages
{
    private const nuint PageSize = 2 * 1024 * 1024;
    private const int ReadWrite = 1 | 2;
    private const int PrivateAnonymous = 0x02 | 0x20;
    private const int HugePages = 14;

    // What lies idle counts as the process's memory too. Less than this is asked for again at once where a million identifiers are aligned.
    private const nuint MostIdle = 48 * 1024 * 1024;

    // Longer than the pauses between one station's steps.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private static readonly Lock Gate = new();

    // What lies idle: lengths by addresses, neighbours joined.
    private static readonly SortedList<nuint, nuint> Idle = [];

    private static readonly ITimer Return = TimeProvider.System.CreateTimer(
        _ => ReturnIdle(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    private static nuint _out;
    private static nuint _idle;

    /// <summary>Takes memory.</summary>
    /// <param name="bytes">How much.</param>
    /// <returns>The beginning of a page; null when the amount is not worth one, or the system has another way.</returns>
    /// <exception cref="OutOfMemoryException">The system has no more.</exception>
    public static void* TryTake(nuint bytes)
    {
        if (bytes < PageSize || !OperatingSystem.IsLinux())
        {
            return null;
        }

        nuint length = Whole(bytes);
        lock (Gate)
        {
            void* start = FromIdle(length);
            if (start is null)
            {
                // So that the process never holds more than what is out and the largest that was.
                Shrink(length);
                start = FromSystem(length);
            }

            _out += length;
            return start;
        }
    }

    /// <summary>Gives memory back, zeroed. Once.</summary>
    /// <param name="start">What was taken.</param>
    /// <param name="bytes">How much.</param>
    public static void GiveBack(void* start, nuint bytes)
    {
        nuint length = Whole(bytes);
        lock (Gate)
        {
            _out -= length;
            Join((nuint)start, length);
            _idle += length;
            if (_idle > MostIdle)
            {
                Shrink(_idle - MostIdle);
            }

            if (_out == 0)
            {
                _ = Return.Change(Patience, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private static void ReturnIdle()
    {
        lock (Gate)
        {
            if (_out == 0)
            {
                Shrink(nuint.MaxValue);
            }
        }
    }

    private static nuint Whole(nuint bytes) => (bytes + PageSize - 1) & ~(PageSize - 1);

    /// <summary>The beginning of the smallest idle range that is long enough.</summary>
    private static void* FromIdle(nuint length)
    {
        int best = -1;
        for (int i = 0; i < Idle.Count; i++)
        {
            if (Idle.Values[i] >= length && (best < 0 || Idle.Values[i] < Idle.Values[best]))
            {
                best = i;
            }
        }

        if (best < 0)
        {
            return null;
        }

        (nuint start, nuint rest) = (Idle.Keys[best], Idle.Values[best] - length);
        Idle.RemoveAt(best);
        _idle -= length;
        if (rest > 0)
        {
            Idle.Add(start + length, rest);
        }

        return (void*)start;
    }

    private static void* FromSystem(nuint length)
    {
        nuint mapping = (nuint)Map(null, length + PageSize, ReadWrite, PrivateAnonymous, -1, 0);
        if (mapping == nuint.MaxValue)
        {
            throw new OutOfMemoryException($"The system has no {length >> 20} MiB left.");
        }

        // What stands out before the first whole page and behind the last one goes back.
        nuint start = Whole(mapping);
        Unmap(mapping, start - mapping);
        Unmap(start + length, PageSize - (start - mapping));

        // A wish: what it returns changes nothing but the speed.
        _ = Advise((void*)start, length, HugePages);
        return (void*)start;
    }

    private static void Join(nuint start, nuint length)
    {
        Idle.Add(start, length);
        int at = Idle.IndexOfKey(start);
        if (at + 1 < Idle.Count && start + length == Idle.Keys[at + 1])
        {
            Idle.SetValueAtIndex(at, length + Idle.Values[at + 1]);
            Idle.RemoveAt(at + 1);
        }

        if (at > 0 && Idle.Keys[at - 1] + Idle.Values[at - 1] == start)
        {
            Idle.SetValueAtIndex(at - 1, Idle.Values[at - 1] + Idle.Values[at]);
            Idle.RemoveAt(at);
        }
    }

    /// <summary>Gives idle memory back to the system: so much of it, or all that there is.</summary>
    private static void Shrink(nuint length)
    {
        for (int i = Idle.Count - 1; i >= 0 && length > 0; i--)
        {
            (nuint start, nuint idle) = (Idle.Keys[i], Idle.Values[i]);
            nuint some = nuint.Min(idle, length);
            Unmap(start + idle - some, some);
            length -= some;
            _idle -= some;
            if (some == idle)
            {
                Idle.RemoveAt(i);
            }
            else
            {
                Idle.SetValueAtIndex(i, idle - some);
            }
        }
    }

    private static void Unmap(nuint start, nuint length)
    {
        if (length > 0)
        {
            _ = Unmap((void*)start, length);
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap")]
    private static partial void* Map(void* address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "munmap")]
    private static partial int Unmap(void* address, nuint length);

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* start, nuint length, int advice);
}
