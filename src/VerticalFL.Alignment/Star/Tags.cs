using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using VerticalFL.Messages.Alignment;

namespace VerticalFL.Alignment.Star;

/// <summary>
/// Truncated pseudorandom values by which two parties recognise an item. Sorted ascending on the wire: a tag is random to who does not hold
/// its item, so its place tells nothing, and a set has one encoding only.
/// </summary>
internal static class Tags
{
    /// <summary>
    /// The size of a zero-share sum, in bytes. Each of at most 2^26 leader's items outside the intersection sums to zero with probability
    /// 2^-80: together at most 2^-54.
    /// </summary>
    public const int StarSize = 10;

    private const int StatisticalSecurity = 40;

    /// <summary>
    /// ceil((40 + log2 a + log2 b) / 8) bytes: by the union bound over a * b pairs, some two different items get one tag with probability
    /// at
    /// most 2^-40.
    /// </summary>
    public static int Size(int a, int b) => (StatisticalSecurity + CeilingLog2(a) + CeilingLog2(b) + 7) / 8;

    /// <summary>
    /// The size of an announcement's tag to one of several followers: at least 10 bytes, and the union bound also over the followers.
    /// </summary>
    public static int AnnouncementSize(int leaderSize, int followerSize, int followers) =>
        Math.Max(10, (StatisticalSecurity + CeilingLog2(leaderSize) + CeilingLog2(followerSize) + CeilingLog2(followers) + 7) / 8);

    /// <summary>The first bytes of a value, as a tag.</summary>
    public static UInt128 First(UInt128 value, int size) => value & Mask(size);

    /// <summary>The bits of the first bytes of a value.</summary>
    public static UInt128 Mask(int size) => UInt128.MaxValue << (8 * (AlignmentLimits.MaxTagSize - size));

    /// <summary>What lies in memory as a tag's bytes do: read big-endian, it is the tag.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static UInt128 InMemory(UInt128 tag) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(tag) : tag;

    /// <summary>Tags as numbers that sort as their bytes do.</summary>
    /// <param name="tags">Tags of one size, one after the other.</param>
    /// <param name="size">Their size, 1 to 16 bytes.</param>
    /// <param name="numbers">Receives one number for each.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Read(ReadOnlySpan<byte> tags, int size, Span<UInt128> numbers)
    {
        UInt128 mask = Mask(size);
        Span<byte> wide = stackalloc byte[AlignmentLimits.MaxTagSize];
        wide.Clear();
        for (int i = 0; i < numbers.Length; i++)
        {
            ReadOnlySpan<byte> rest = tags[(i * size)..];
            if (rest.Length >= AlignmentLimits.MaxTagSize)
            {
                numbers[i] = BinaryPrimitives.ReadUInt128BigEndian(rest) & mask;
            }
            else
            {
                rest[..size].CopyTo(wide);
                numbers[i] = BinaryPrimitives.ReadUInt128BigEndian(wide);
            }
        }
    }

    /// <summary>Writes tags of one size, one after the other.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Write(ReadOnlySpan<UInt128> tags, int size, Span<byte> destination)
    {
        Span<byte> wide = stackalloc byte[AlignmentLimits.MaxTagSize];
        for (int i = 0; i < tags.Length; i++)
        {
            // What stands behind a tag is overwritten by the next one.
            Span<byte> rest = destination[(i * size)..];
            if (rest.Length >= AlignmentLimits.MaxTagSize)
            {
                BinaryPrimitives.WriteUInt128BigEndian(rest, tags[i]);
            }
            else
            {
                BinaryPrimitives.WriteUInt128BigEndian(wide, tags[i]);
                wide[..size].CopyTo(rest);
            }
        }
    }

    /// <summary>Values in ascending order. No tag has more than 12 bytes, so that the places behind it change none.</summary>
    /// <param name="values">The values.</param>
    /// <param name="places">The place of each; or empty when places do not matter.</param>
    public static PlacedKeys Sort(ReadOnlySpan<UInt128> values, ReadOnlySpan<int> places)
    {
        var sorted = new PlacedKeys(values.Length);
        sorted.Add(values, places);
        sorted.Sort();
        return sorted;
    }

    private static int CeilingLog2(int n) => n <= 1 ? 0 : BitOperations.Log2((uint)n - 1) + 1;
}
