using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using VerticalFL.Coordinator.Splicing;
using VerticalFL.Testing;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Coordinator.Tests.Splicing;

/// <summary>The first bytes on the coordinator's port, spoilt at random: every connection ends by itself with at most one byte of answer.</summary>
public sealed class MutatedPreambleTests
{
    private static readonly int Times = Environment.GetEnvironmentVariable("VFL_LONG") == "1" ? 1_000_000 : 20_000;

    [Fact]
    public async Task Spoilt_preambles_and_hellos_end_the_connection_and_nothing_else()
    {
        await using RelayFixture relay = await RelayFixture.StartAsync();
        var handler = new RelayConnectionHandler(relay.Relay);

        // A data connection's preamble, and the head of a TLS ClientHello with noise behind it.
        byte[] preamble = [.. RelayProtocol.Magic, .. new byte[32]];
        byte[] hello = [0x16, 0x03, 0x01, 0x00, 0x40, 0x01, 0x00, 0x00, 0x3c, 0x03, 0x03, .. new byte[56]];
        for (int seed = 0; seed < Times; seed++)
        {
            var random = new Random(seed);

            // TLS costs a thousand times more than the preamble, so it comes more rarely.
            byte[] spoilt = [.. seed % 50 == 0 ? hello : preamble];
            for (int n = random.Next(1, 5); n > 0; n--)
            {
                spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            }

            int said = random.Next(spoilt.Length + 1);
            await HangUpAfterAsync(handler, spoilt.AsMemory(0, said), seed);
        }

        Assert.Empty(relay.Handler.Events);
        Assert.InRange(relay.Log.Warnings.Count, 1, 20);
    }

    private static async Task HangUpAfterAsync(RelayConnectionHandler handler, ReadOnlyMemory<byte> bytes, int seed)
    {
        var toRelay = new Pipe();
        var fromRelay = new Pipe();
        await using var connection = new DefaultConnectionContext($"{seed}", new Duplex(toRelay.Reader, fromRelay.Writer), new Duplex(fromRelay.Reader, toRelay.Writer));
        await toRelay.Writer.WriteAsync(bytes);
        await toRelay.Writer.CompleteAsync();
        try
        {
            await handler.OnConnectedAsync(connection).SoonAsync();
        }
        catch (Exception e)
        {
            Assert.Fail($"Seed {seed}: {e}");
        }

        if (bytes.Span is [var first, ..] && first == RelayProtocol.Magic[0])
        {
            await fromRelay.Writer.CompleteAsync();
            ReadResult answer = await fromRelay.Reader.ReadAtLeastAsync(64);
            Assert.True(answer.Buffer.Length <= 1, $"Seed {seed}: {answer.Buffer.Length} bytes of answer.");
        }
    }

    private sealed record Duplex(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
