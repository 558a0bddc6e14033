using System.Diagnostics;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Training;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Tests.Delivery;
using Xunit;

namespace VerticalFL.Transport.Tests.Hostile;

/// <summary>
/// What a peer inside TLS may say: honest conversations, spoilt at random. Nothing but a refusal or a broken link may come of it: no other
/// exception, no hang, no memory beyond the limits. The seed of a failure stands in its text.
/// </summary>
[Collection(AloneCollection.Name)]
public sealed class MutatedFrameTests
{
    // What one conversation may make this side take: the first 4 MiB of a message, and the link's own buffers.
    private const long MostTaken = 16L * 1024 * 1024;

    private static readonly byte[][] Frames = Conversation();

    [Fact]
    public async Task Frames_that_were_spoilt_are_refused_or_end_the_link()
    {
        int wanted = LongRun.Of(200_000, 10_000_000);
        int frames = 0;
        long most = 0;
        for (int seed = 0; frames < wanted; seed++)
        {
            var random = new Random(seed);
            byte[] script = Script(random, ref frames);
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                await PlayAsync(script).WaitAsync(TimeSpan.FromSeconds(60));
            }
            catch (Exception e) when (e is IOException or PeerProtocolException or LinkRefusedException)
            {
                // As it should be.
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}: {e}");
            }

            most = Math.Max(most, GC.GetTotalAllocatedBytes() - before);
        }

        using var self = Process.GetCurrentProcess();
        TestContext.Current.TestOutputHelper?.WriteLine($"{frames} frames; one conversation took at most {most >> 10} KiB, the process {self.PeakWorkingSet64 >> 20} MiB");
        Assert.InRange(most, 0, MostTaken);
    }

    [Fact]
    public void Hellos_that_were_spoilt_are_refused()
    {
        byte[] honest = RawPeer.Hello().Encode();
        LinkHello mine = new(TestChannels.Binding, TestChannels.A, TestChannels.B, RawPeer.Incarnation, "", 8 * 1024 * 1024);
        for (int seed = 0; seed < LongRun.Of(50_000, 2_000_000); seed++)
        {
            byte[] spoilt = Mutation.Of(honest, new Random(seed));
            try
            {
                LinkHello.BindingOf(spoilt);
                mine.Compare(spoilt);
            }
            catch (MessageFormatException)
            {
                // As it should be.
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}: {e}");
            }
        }
    }

    /// <summary>An honest conversation with one to eight spoilt frames, after a random part of it.</summary>
    private static byte[] Script(Random random, ref int frames)
    {
        var script = new List<byte>();
        int honest = random.Next(Frames.Length);
        for (int i = 0; i < honest; i++)
        {
            script.AddRange(Frames[i]);
        }

        int spoilt = random.Next(1, 9);
        for (int i = 0; i < spoilt; i++)
        {
            script.AddRange(Mutation.Of(Frames[(honest + (random.Next(3) == 0 ? random.Next(Frames.Length) : i)) % Frames.Length], random));
        }

        frames += spoilt;
        return [.. script];
    }

    private static async Task PlayAsync(byte[] script)
    {
        var wake = new AsyncSignal();
        var options = new ChannelOptions();
        var stream = new ScriptedStream(script);
        var inbox = new Inbox(TestChannels.B, options.WindowBytes, options.LimitOf, options.Apart, wake);
        var outbox = new Outbox(TestChannels.B, options.WindowBytes, wake);
        await outbox.AppendAsync(MessageCodec.Encode(new Ping(1)), CancellationToken.None);
        await using var connection = new DeliveryConnection(
            TestChannels.B, stream, new FrameReader(stream, TestChannels.B, TimeProvider.System), outbox, inbox, wake, options.WindowBytes, options, TimeProvider.System);
        await connection.RunAsync(CancellationToken.None);
    }

    /// <summary>Every kind of frame after the hello: small messages, one in two chunks, acks, heartbeats, the end.</summary>
    private static byte[][] Conversation()
    {
        byte[] ping = MessageCodec.Encode(new Ping(5));
        byte[] large = MessageCodec.Encode(new MaskedActivations { Purpose = ActivationPurpose.Training, Step = 1, Microbatch = 0, Values = new byte[65_600] });
        var heartbeat = new byte[5];
        FrameFormat.WriteBare(heartbeat, FrameKind.Heartbeat);
        var close = new byte[5];
        FrameFormat.WriteBare(close, FrameKind.Close);
        return
        [
            RawPeer.Data(1, ping.Length, ping),
            RawPeer.Number(FrameKind.Ack, 0),
            RawPeer.Data(2, ping.Length, ping),
            heartbeat,
            RawPeer.Data(2, ping.Length, ping),
            RawPeer.Data(3, large.Length, large[..65_536]),
            RawPeer.Data(4, -1, large[65_536..]),
            RawPeer.Number(FrameKind.Ack, 1),
            FrameFormat.Refusal("no"),
            close,
        ];
    }
}
