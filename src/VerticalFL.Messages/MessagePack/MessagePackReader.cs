using System.Buffers.Binary;
using System.Text;

namespace VerticalFL.Messages.MessagePack;

/// <summary>
/// Reads what <see cref="MessagePackWriter"/> writes, and refuses everything else: longer-than-shortest forms, other kinds of values,
/// lengths beyond the caller's limit or beyond the input. Nothing is allocated before its length was checked.
/// </summary>
public ref struct MessagePackReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private readonly ReadOnlyMemory<byte> _whole;
    private ReadOnlySpan<byte> _rest;

    /// <summary>Reads from the given bytes.</summary>
    public MessagePackReader(ReadOnlySpan<byte> bytes) => _rest = bytes;

    /// <summary>Reads from memory that is the reader's alone and will not change: <see cref="ReadBulk"/> need not copy from it.</summary>
    public MessagePackReader(ReadOnlyMemory<byte> bytes)
        : this(bytes.Span) => _whole = bytes;

    /// <summary>How many bytes are left.</summary>
    public readonly int Remaining => _rest.Length;

    /// <summary>Checks that nothing is left.</summary>
    /// <exception cref="MessageFormatException">Something is.</exception>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw new MessageFormatException($"{_rest.Length} bytes stand behind the message.");
        }
    }

    /// <summary>Reads nil when nil is next; says whether it was.</summary>
    public bool TryReadNil()
    {
        if (_rest.IsEmpty || _rest[0] != 0xc0)
        {
            return false;
        }

        _rest = _rest[1..];
        return true;
    }

    /// <summary>Reads true or false.</summary>
    public bool ReadBool() => Take(1)[0] switch
    {
        0xc2 => false,
        0xc3 => true,
        _ => throw new MessageFormatException("Expected a boolean."),
    };

    /// <summary>Reads an integer within bounds (inclusive).</summary>
    public int ReadInt32(int minimum, int maximum) => (int)ReadInt64(minimum, maximum);

    /// <summary>Reads an integer within bounds (inclusive).</summary>
    public long ReadInt64(long minimum, long maximum)
    {
        byte code = Take(1)[0];
        long value;
        switch (code)
        {
            case <= 0x7f:
                value = code;
                break;
            case >= 0xe0:
                value = (sbyte)code;
                break;
            case 0xcc:
                value = Shortest(Take(1)[0], 0x80);
                break;
            case 0xcd:
                value = Shortest(BinaryPrimitives.ReadUInt16BigEndian(Take(2)), 0x100);
                break;
            case 0xce:
                value = Shortest(BinaryPrimitives.ReadUInt32BigEndian(Take(4)), 0x1_0000);
                break;
            case 0xcf:
                ulong wide = BinaryPrimitives.ReadUInt64BigEndian(Take(8));
                value = wide <= long.MaxValue ? Shortest((long)wide, 0x1_0000_0000) : throw OutOfRange();
                break;
            case 0xd0:
                value = ShortestNegative((sbyte)Take(1)[0], -33);
                break;
            case 0xd1:
                value = ShortestNegative(BinaryPrimitives.ReadInt16BigEndian(Take(2)), sbyte.MinValue - 1);
                break;
            case 0xd2:
                value = ShortestNegative(BinaryPrimitives.ReadInt32BigEndian(Take(4)), short.MinValue - 1);
                break;
            case 0xd3:
                value = ShortestNegative(BinaryPrimitives.ReadInt64BigEndian(Take(8)), int.MinValue - 1L);
                break;
            default:
                throw new MessageFormatException("Expected an integer.");
        }

        return value >= minimum && value <= maximum ? value : throw OutOfRange();
    }

    /// <summary>Reads a float64; NaN and infinity are refused.</summary>
    public double ReadDouble()
    {
        if (Take(1)[0] != 0xcb)
        {
            throw new MessageFormatException("Expected a float64.");
        }

        double value = BinaryPrimitives.ReadDoubleBigEndian(Take(8));
        return double.IsFinite(value) ? value : throw new MessageFormatException("A number is not finite.");
    }

    /// <summary>Reads text of at most so many UTF-8 bytes.</summary>
    public string ReadString(int maxBytes)
    {
        byte code = Take(1)[0];
        long length = code switch
        {
            >= 0xa0 and <= 0xbf => code & 0x1f,
            0xd9 => Shortest(Take(1)[0], 32),
            0xda => Shortest(BinaryPrimitives.ReadUInt16BigEndian(Take(2)), 0x100),
            0xdb => Shortest(BinaryPrimitives.ReadUInt32BigEndian(Take(4)), 0x1_0000),
            _ => throw new MessageFormatException("Expected text."),
        };

        try
        {
            return StrictUtf8.GetString(Take(Checked(length, maxBytes)));
        }
        catch (ArgumentException e)
        {
            throw new MessageFormatException("Text is not UTF-8.", e);
        }
    }

    /// <summary>Reads at most so many bytes; the span is a view of the input.</summary>
    public ReadOnlySpan<byte> ReadBinary(int maxBytes)
    {
        byte code = Take(1)[0];
        long length = code switch
        {
            0xc4 => Take(1)[0],
            0xc5 => Shortest(BinaryPrimitives.ReadUInt16BigEndian(Take(2)), 0x100),
            0xc6 => Shortest(BinaryPrimitives.ReadUInt32BigEndian(Take(4)), 0x1_0000),
            _ => throw new MessageFormatException("Expected bytes."),
        };
        return Take(Checked(length, maxBytes));
    }

    /// <summary>Reads at most so many bytes that outlive the input: a part of the reader's own memory, or a copy.</summary>
    public ReadOnlyMemory<byte> ReadBulk(int maxBytes)
    {
        ReadOnlySpan<byte> bytes = ReadBinary(maxBytes);
        return _whole.IsEmpty ? bytes.ToArray() : _whole[^(_rest.Length + bytes.Length)..^_rest.Length];
    }

    /// <summary>Reads exactly so many bytes; the span is a view of the input.</summary>
    public ReadOnlySpan<byte> ReadBinaryExact(int bytes)
    {
        ReadOnlySpan<byte> value = ReadBinary(bytes);
        return value.Length == bytes ? value : throw new MessageFormatException($"Expected {bytes} bytes, got {value.Length}.");
    }

    /// <summary>
    /// Reads the head of an array whose count lies within bounds (inclusive) and does not exceed the bytes that are left, as every value
    /// takes one at least: what a caller allocates for the values is bounded by the input's size.
    /// </summary>
    public int ReadArrayHeader(int minimum, int maximum)
    {
        byte code = Take(1)[0];
        long count = code switch
        {
            >= 0x90 and <= 0x9f => code & 0x0f,
            0xdc => Shortest(BinaryPrimitives.ReadUInt16BigEndian(Take(2)), 16),
            0xdd => Shortest(BinaryPrimitives.ReadUInt32BigEndian(Take(4)), 0x1_0000),
            _ => throw new MessageFormatException("Expected an array."),
        };
        if (count < minimum || count > maximum)
        {
            throw new MessageFormatException($"An array has {count} values; {minimum} to {maximum} are allowed.");
        }

        return count <= _rest.Length ? (int)count : throw new MessageFormatException("The message ends too early.");
    }

    private static MessageFormatException OutOfRange() => new("An integer is out of range.");

    private static long Shortest(long value, long minimum) =>
        value >= minimum ? value : throw new MessageFormatException("A value is not in its shortest form.");

    private static long ShortestNegative(long value, long maximum) =>
        value <= maximum ? value : throw new MessageFormatException("A value is not in its shortest form.");

    private static int Checked(long length, int maximum) =>
        length <= maximum ? (int)length : throw new MessageFormatException($"{length} bytes where at most {maximum} are allowed.");

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > _rest.Length)
        {
            throw new MessageFormatException("The message ends too early.");
        }

        ReadOnlySpan<byte> taken = _rest[..count];
        _rest = _rest[count..];
        return taken;
    }
}
