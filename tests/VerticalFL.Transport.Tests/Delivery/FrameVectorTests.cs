using System.Text.Json;
using VerticalFL.Messages;
using VerticalFL.Testing;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>Walks protocols/transport/vectors/frames.json.</summary>
public sealed class FrameVectorTests
{
    private static readonly JsonElement Vectors = JsonDocument.Parse(File.ReadAllText(RepositoryFiles.PathTo("protocols", "transport", "vectors", "frames.json"))).RootElement;

    [Fact]
    public async Task Valid_frames_are_read_as_they_stand()
    {
        foreach (JsonElement vector in Vectors.GetProperty("valid").EnumerateArray())
        {
            var reader = new FrameReader(new MemoryStream(Hex(vector, "frame")), TestChannels.B, TimeProvider.System);
            Frame frame = await reader.ReadAsync(CancellationToken.None);
            Assert.Equal(vector.GetProperty("kind").GetInt32(), (int)frame.Kind);
            Assert.Equal(Hex(vector, "body"), frame.Body.ToArray());
            await Assert.ThrowsAsync<EndOfStreamException>(async () => await reader.ReadAsync(CancellationToken.None));
        }
    }

    [Fact]
    public async Task Invalid_frames_are_refused_at_their_head()
    {
        foreach (JsonElement vector in Vectors.GetProperty("invalid").EnumerateArray())
        {
            var reader = new FrameReader(new MemoryStream(Hex(vector, "frame")), TestChannels.B, TimeProvider.System);
            await Assert.ThrowsAsync<PeerProtocolException>(async () => await reader.ReadAsync(CancellationToken.None));
        }
    }

    [Fact]
    public void Frames_are_written_as_they_stand()
    {
        const string Incarnation = "000102030405060708090a0b0c0d0e0f";
        var hello = new LinkHello(TestChannels.Binding, TestChannels.A, TestChannels.B, Incarnation, "", 8 * 1024 * 1024);
        Assert.Equal(Frame("hello, first link"), FrameFormat.Bytes(FrameKind.Hello, hello.Encode()));
        Assert.Equal(Frame("hello, later link"), FrameFormat.Bytes(FrameKind.Hello, (hello with { Known = "101112131415161718191a1b1c1d1e1f" }).Encode()));
        Assert.Equal(Frame("refusal"), FrameFormat.Refusal("its certificate expired on 2026-01-01 00:00 UTC"));
        Assert.Equal(Frame("data, whole message"), RawPeer.Data(7, 3, MessageCodec.Encode(new Messages.Control.Ping(5))));
        Assert.Equal(Frame("data, second chunk"), RawPeer.Data(7, -1, [1, 2, 3]));
        Assert.Equal(Frame("ack"), RawPeer.Number(FrameKind.Ack, 7));
        var bare = new byte[5];
        FrameFormat.WriteBare(bare, FrameKind.Close);
        Assert.Equal(Frame("close"), bare);
        Assert.Equal(Convert.ToHexStringLower(RelayProtocol.Magic), Vectors.GetProperty("preamble").GetString()![..16]);
        Assert.Equal(RelayProtocol.PreambleSize, Vectors.GetProperty("preamble").GetString()!.Length / 2);
    }

    private static byte[] Frame(string name) => Hex(Vectors.GetProperty("valid").EnumerateArray().Single(v => v.GetProperty("name").GetString() == name), "frame");

    private static byte[] Hex(JsonElement vector, string name) => Convert.FromHexString(vector.GetProperty(name).GetString()!);
}
