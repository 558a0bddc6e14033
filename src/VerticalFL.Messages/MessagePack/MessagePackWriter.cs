using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace VerticalFL.Messages.MessagePack;

/// <summary>
/// Writes the part of MessagePack that the protocols use (nil, bool, integers, float64, str, bin, array), always in the shortest form.
/// Source: the MessagePack specification, https://github.com/msgpack/msgpack/blob/master/spec.md.
/// </summary>
public sealed class MessagePackWriter
{
    // Keys and random contributions travel in short messages; their bytes do not go back to a pool.
    private const int LargestCleared = 4096;
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);
    private byte[] _buffer = [];

    /// <summary>How many bytes have been written.</summary>
    public int Length { get; private set; }

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    /// <summary>What has been written; valid until the next write.</summary>
    public ReadOnlyMemory<byte> WrittenMemory => _buffer.AsMemory(0, Length);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Reset() => Length = 0;

    /// <summary>
    /// Hands over what was written and begins anew. The array is from <see cref="ArrayPool{T}.Shared"/>; the caller may return it there.
    /// </summary>
    public ArraySegment<byte> Detach()
    {
        var written = new ArraySegment<byte>(_buffer, 0, Length);
        (_buffer, Length) = ([], 0);
        return written;
    }

    /// <summary>Writes nil.</summary>
    public void WriteNil() => Put(0xc0);

    /// <summary>Writes true or false.</summary>
    public void WriteBool(bool value) => Put(value ? (byte)0xc3 : (byte)0xc2);

    /// <summary>Writes an integer in the shortest form.</summary>
    public void WriteInt(long value)
    {
        if (value >= 0)
        {
            WriteUnsigned((ulong)value);
            return;
        }

        if (value >= -32)
        {
            Put((byte)value);
        }
        else if (value >= sbyte.MinValue)
        {
            Span<byte> s = Take(2);
            s[0] = 0xd0;
            s[1] = (byte)value;
        }
        else if (value >= short.MinValue)
        {
            Span<byte> s = Take(3);
            s[0] = 0xd1;
            BinaryPrimitives.WriteInt16BigEndian(s[1..], (short)value);
        }
        else if (value >= int.MinValue)
        {
            Span<byte> s = Take(5);
            s[0] = 0xd2;
            BinaryPrimitives.WriteInt32BigEndian(s[1..], (int)value);
        }
        else
        {
            Span<byte> s = Take(9);
            s[0] = 0xd3;
            BinaryPrimitives.WriteInt64BigEndian(s[1..], value);
        }
    }

    /// <summary>Writes a float64.</summary>
    /// <exception cref="ArgumentException">NaN or infinity, which every reader refuses.</exception>
    public void WriteDouble(double value)
    {
        if (!double.IsFinite(value))
        {
            throw new ArgumentException("A message holds finite numbers only.", nameof(value));
        }

        Span<byte> s = Take(9);
        s[0] = 0xcb;
        BinaryPrimitives.WriteDoubleBigEndian(s[1..], value);
    }

    /// <summary>Writes text as UTF-8.</summary>
    /// <exception cref="ArgumentException">The text holds half of a surrogate pair.</exception>
    public void WriteString(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        int count = StrictUtf8.GetByteCount(value);
        switch (count)
        {
            case < 32:
                Put((byte)(0xa0 | count));
                break;
            case <= byte.MaxValue:
                Header8(0xd9, count);
                break;
            case <= ushort.MaxValue:
                Header16(0xda, count);
                break;
            default:
                Header32(0xdb, count);
                break;
        }

        StrictUtf8.GetBytes(value, Take(count));
    }

    /// <summary>Writes bytes.</summary>
    public void WriteBinary(ReadOnlySpan<byte> value)
    {
        switch (value.Length)
        {
            case <= byte.MaxValue:
                Header8(0xc4, value.Length);
                break;
            case <= ushort.MaxValue:
                Header16(0xc5, value.Length);
                break;
            default:
                Header32(0xc6, value.Length);
                break;
        }

        value.CopyTo(Take(value.Length));
    }

    /// <summary>Writes the head of an array; its values follow.</summary>
    public void WriteArrayHeader(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        switch (count)
        {
            case < 16:
                Put((byte)(0x90 | count));
                break;
            case <= ushort.MaxValue:
                Header16(0xdc, count);
                break;
            default:
                Header32(0xdd, count);
                break;
        }
    }

    private void WriteUnsigned(ulong value)
    {
        if (value < 0x80)
        {
            Put((byte)value);
        }
        else if (value <= byte.MaxValue)
        {
            Span<byte> s = Take(2);
            s[0] = 0xcc;
            s[1] = (byte)value;
        }
        else if (value <= ushort.MaxValue)
        {
            Span<byte> s = Take(3);
            s[0] = 0xcd;
            BinaryPrimitives.WriteUInt16BigEndian(s[1..], (ushort)value);
        }
        else if (value <= uint.MaxValue)
        {
            Span<byte> s = Take(5);
            s[0] = 0xce;
            BinaryPrimitives.WriteUInt32BigEndian(s[1..], (uint)value);
        }
        else
        {
            Span<byte> s = Take(9);
            s[0] = 0xcf;
            BinaryPrimitives.WriteUInt64BigEndian(s[1..], value);
        }
    }

    private void Put(byte value) => Take(1)[0] = value;

    private Span<byte> Take(int count)
    {
        if (count > _buffer.Length - Length)
        {
            byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(2 * Length, Length + count)));
            _buffer.AsSpan(0, Length).CopyTo(larger);
            if (_buffer.Length > 0)
            {
                ArrayPool<byte>.Shared.Return(_buffer, clearArray: _buffer.Length <= LargestCleared);
            }

            _buffer = larger;
        }

        Span<byte> span = _buffer.AsSpan(Length, count);
        Length += count;
        return span;
    }

    private void Header8(byte code, int value)
    {
        Span<byte> s = Take(2);
        s[0] = code;
        s[1] = (byte)value;
    }

    private void Header16(byte code, int value)
    {
        Span<byte> s = Take(3);
        s[0] = code;
        BinaryPrimitives.WriteUInt16BigEndian(s[1..], (ushort)value);
    }

    private void Header32(byte code, int value)
    {
        Span<byte> s = Take(5);
        s[0] = code;
        BinaryPrimitives.WriteUInt32BigEndian(s[1..], (uint)value);
    }
}
