using System.Buffers.Binary;
using VerticalFL.Messages;
using VerticalFL.Transport.Delivery;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>A peer that speaks frames by hand, so that it can speak them wrongly. It plays beta against alpha.</summary>
internal sealed class RawPeer(Stream stream)
{
    public const string Incarnation = "00112233445566778899aabbccddeeff";

    public FrameReader Reader { get; } = new(stream, TestChannels.A, TimeProvider.System);

    public static LinkHello Hello(ChannelBinding? binding = null, PartyId? from = null, PartyId? to = null, string incarnation = Incarnation, string known = "") =>
        new(binding ?? TestChannels.Binding, from ?? TestChannels.B, to ?? TestChannels.A, incarnation, known, 8 * 1024 * 1024);

    /// <summary>Hello and welcome, honestly.</summary>
    public async Task<RawPeer> GreetAsync(LinkHello? hello = null, long received = 0)
    {
        await SendAsync(FrameFormat.Bytes(FrameKind.Hello, (hello ?? Hello()).Encode()));
        Frame theirs = await Reader.ReadAsync(CancellationToken.None);
        Xunit.Assert.Equal(FrameKind.Hello, theirs.Kind);
        await SendAsync(Number(FrameKind.Welcome, received));
        return this;
    }

    public async Task SendAsync(byte[] bytes)
    {
        await stream.WriteAsync(bytes);
        await stream.FlushAsync();
    }

    /// <summary>Reads until a frame of this kind.</summary>
    public async Task<byte[]> ExpectAsync(FrameKind kind)
    {
        while (true)
        {
            Frame frame = await Reader.ReadAsync(CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            if (frame.Kind == kind)
            {
                return frame.Body.ToArray();
            }
        }
    }

    public void HangUp() => stream.Dispose();

    public static byte[] Number(FrameKind kind, long number)
    {
        var frame = new byte[13];
        FrameFormat.WriteNumber(frame, kind, number);
        return frame;
    }

    public static byte[] Data(long sequence, int total, byte[] payload)
    {
        var frame = new byte[FrameFormat.DataFrameSize(payload.Length, total >= 0)];
        FrameFormat.WriteData(frame, sequence, total, payload);
        return frame;
    }

    /// <summary>Any header with any body.</summary>
    public static byte[] Raw(int length, byte kind, params byte[] body)
    {
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, length);
        frame[4] = kind;
        body.CopyTo(frame, 5);
        return frame;
    }
}
