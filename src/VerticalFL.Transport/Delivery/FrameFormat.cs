using System.Buffers.Binary;
using System.Text;
using VerticalFL.Messages;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// The frames of protocols/transport: a 4-byte big-endian length of what follows, the kind's byte, the body. Numbers are big-endian.
/// </summary>
internal static class FrameFormat
{
    /// <summary>Payload of every data frame but a message's last, in bytes.</summary>
    public const int ChunkSize = 64 * 1024;

    /// <summary>The largest message, in bytes.</summary>
    public const int MaxMessageBytes = 256 * 1024 * 1024;

    /// <summary>Length and kind.</summary>
    public const int HeaderSize = 5;

    /// <summary>Header, sequence number and message length: the most that stands before a chunk.</summary>
    public const int DataOverhead = HeaderSize + 8 + 4;

    /// <summary>The largest frame, header included.</summary>
    public const int MaxFrameSize = DataOverhead + ChunkSize;

    /// <summary>The longest reason in a refusal, in UTF-8 bytes.</summary>
    public const int MaxReasonBytes = 512;

    /// <summary>The largest hello body, in bytes.</summary>
    public const int MaxHelloBytes = 512;

    /// <summary>What one data frame costs in the flow-control window: payload and a fixed charge, so that tiny messages are bounded too.</summary>
    public static int Cost(int payload) => payload + 32;

    /// <summary>The size of a data frame.</summary>
    public static int DataFrameSize(int payload, bool first) => HeaderSize + 8 + (first ? 4 : 0) + payload;

    public static int WriteData(Span<byte> to, long sequence, int totalWhenFirst, ReadOnlySpan<byte> payload)
    {
        int head = WriteDataHead(to, sequence, totalWhenFirst, payload.Length);
        payload.CopyTo(to[head..]);
        return head + payload.Length;
    }

    /// <summary>All of a data frame but its chunk.</summary>
    public static int WriteDataHead(Span<byte> to, long sequence, int totalWhenFirst, int payload)
    {
        bool first = totalWhenFirst >= 0;
        int size = DataFrameSize(payload, first);
        WriteHeader(to, size, first ? FrameKind.DataFirst : FrameKind.DataNext);
        BinaryPrimitives.WriteInt64BigEndian(to[HeaderSize..], sequence);
        if (first)
        {
            BinaryPrimitives.WriteInt32BigEndian(to[(HeaderSize + 8)..], totalWhenFirst);
        }

        return size - payload;
    }

    /// <summary>Ack, Welcome or Closed: a sequence number and nothing else.</summary>
    public static int WriteNumber(Span<byte> to, FrameKind kind, long number)
    {
        WriteHeader(to, HeaderSize + 8, kind);
        BinaryPrimitives.WriteInt64BigEndian(to[HeaderSize..], number);
        return HeaderSize + 8;
    }

    /// <summary>Heartbeat or Close: nothing but the kind.</summary>
    public static int WriteBare(Span<byte> to, FrameKind kind)
    {
        WriteHeader(to, HeaderSize, kind);
        return HeaderSize;
    }

    /// <summary>Hello or Refusal: bytes.</summary>
    public static byte[] Bytes(FrameKind kind, ReadOnlySpan<byte> body)
    {
        var frame = new byte[HeaderSize + body.Length];
        WriteHeader(frame, frame.Length, kind);
        body.CopyTo(frame.AsSpan(HeaderSize));
        return frame;
    }

    /// <summary>Refusal: text, cut to what the frame may hold.</summary>
    public static byte[] Refusal(string reason)
    {
        byte[] text = Encoding.UTF8.GetBytes(reason);
        int length = Math.Min(text.Length, MaxReasonBytes);
        while (length < text.Length && (text[length] & 0xc0) == 0x80)
        {
            length--;
        }

        return Bytes(FrameKind.Refusal, text.AsSpan(0, length));
    }

    /// <summary>The reason in a refusal.</summary>
    public static string ReadReason(ReadOnlySpan<byte> body) => Printable(Encoding.UTF8.GetString(body[..Math.Min(body.Length, MaxReasonBytes)]));

    /// <summary>A peer's text without control characters, since it ends in logs and on terminals.</summary>
    public static string Printable(string text) => string.Create(text.Length, text, (to, from) =>
    {
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = char.IsControl(from[i]) ? '.' : from[i];
        }
    });

    public static long ReadNumber(PartyId peer, ReadOnlySpan<byte> body)
    {
        if (body.Length != 8 || BinaryPrimitives.ReadInt64BigEndian(body) is not (>= 0 and var number))
        {
            throw new PeerProtocolException(peer, "receive frame", "A frame's sequence number is malformed.");
        }

        return number;
    }

    private static void WriteHeader(Span<byte> to, int frameSize, FrameKind kind)
    {
        BinaryPrimitives.WriteInt32BigEndian(to, frameSize - 4);
        to[4] = (byte)kind;
    }
}
