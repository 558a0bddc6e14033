using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Identifiers;

/// <summary>
/// What <see cref="IdentifierNormalizer"/> does to values that consist of ASCII characters, without its tables: nearly all identifiers of
/// nearly all registries, at a fiftieth of the price. ASCII is in every normal form as it stands.
/// </summary>
internal static class AsciiNormalizer
{
    /// <summary>Writes the normalised value; its length is 0 when the value is blank.</summary>
    /// <param name="value">The value.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="destination">Room for as many bytes as the value has characters.</param>
    /// <param name="written">How many bytes were written.</param>
    /// <returns>False when the value has other characters, or its kind asks for more than its characters.</returns>
    public static bool TryNormalize(ReadOnlySpan<char> value, IdentifierKind kind, Span<byte> destination, out int written)
    {
        written = 0;
        return kind switch
        {
            IdentifierKind.Text => TryText(value, destination, out written),
            IdentifierKind.Digits => TryKeep(value, destination, digits: true, out written),
            IdentifierKind.Name => TryKeep(value, destination, digits: false, out written),
            IdentifierKind.Mrn => TryRecordNumber(value, destination, out written),
            _ => false,
        };
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryText(ReadOnlySpan<char> value, Span<byte> destination, out int written)
    {
        written = Printable(value, destination);
        bool gap = false;
        foreach (char c in value[written..])
        {
            if (c is >= '!' and <= '~')
            {
                if (gap)
                {
                    destination[written++] = (byte)' ';
                    gap = false;
                }

                destination[written++] = Upper(c);
            }
            else if (c is ' ' or (>= '\t' and <= '\r'))
            {
                gap = written > 0;
            }
            else if (c > '\x7f')
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Writes leading characters, eight at a time, up to eight among which one is none of '!' to '~'.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Printable(ReadOnlySpan<char> value, Span<byte> destination)
    {
        ReadOnlySpan<ushort> characters = MemoryMarshal.Cast<char, ushort>(value);
        int at = 0;
        for (; at + Vector128<ushort>.Count <= value.Length; at += Vector128<ushort>.Count)
        {
            Vector128<ushort> eight = Vector128.Create(characters[at..]);
            if (Vector128.GreaterThanAny(eight - Vector128.Create((ushort)'!'), Vector128.Create((ushort)('~' - '!'))))
            {
                break;
            }

            Vector128<ushort> lower = Vector128.LessThanOrEqual(eight - Vector128.Create((ushort)'a'), Vector128.Create((ushort)('z' - 'a')));
            Vector128<ushort> upper = eight - (lower & Vector128.Create((ushort)('a' - 'A')));
            BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], Vector128.Narrow(upper, upper).AsUInt64().ToScalar());
        }

        return at;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryKeep(ReadOnlySpan<char> value, Span<byte> destination, bool digits, out int written)
    {
        written = 0;
        foreach (char c in value)
        {
            if (c > '\x7f')
            {
                return false;
            }

            if (digits ? char.IsAsciiDigit(c) : char.IsAsciiLetter(c))
            {
                destination[written++] = Upper(c);
            }
        }

        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool TryRecordNumber(ReadOnlySpan<char> value, Span<byte> destination, out int written)
    {
        written = 0;
        bool lettered = false;
        foreach (char c in value)
        {
            if (c > '\x7f')
            {
                return false;
            }

            if (char.IsAsciiLetterOrDigit(c))
            {
                lettered |= !char.IsAsciiDigit(c);
                destination[written++] = Upper(c);
            }
        }

        int zeros = lettered ? 0 : destination[..written].IndexOfAnyExcept((byte)'0') is var first && first < 0 ? written : first;
        destination[zeros..written].CopyTo(destination);
        written -= zeros;
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static byte Upper(char c) => (byte)(char.IsAsciiLetterLower(c) ? c - 32 : c);
}
