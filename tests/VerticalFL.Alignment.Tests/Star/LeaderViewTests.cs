using System.Buffers.Binary;
using System.Collections.Concurrent;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Okvs;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Alignment.Tests.Star;

/// <summary>What the leader could compute from all that it receives in a star of three.</summary>
public sealed class LeaderViewTests
{
    private static readonly PartyId[] Names = Party.Names(3);

    [Fact]
    public async Task Tables_of_single_followers_show_no_pairwise_intersection()
    {
        // Leader and one follower share patients that the other follower lacks.
        ItemSet[] sets =
        [
            Party.Items([.. Ids("all", 10), .. Ids("first", 10), .. Ids("second", 10), .. Ids("none", 10)]),
            Party.Items([.. Ids("all", 10), .. Ids("first", 10)]),
            Party.Items([.. Ids("all", 10), .. Ids("second", 10)]),
        ];
        var tables = new ConcurrentDictionary<PartyId, OkvsTable>();
        var network = new Network(Names, (from, _, message) =>
        {
            if (message is OkvsChunk chunk)
            {
                tables.GetOrAdd(from, _ => new OkvsTable(20, Tags.StarSize, chunk.Seed.Span)).Load(chunk.First, chunk.Slots.Span);
            }

            return [message];
        })
        { Oprf = new FakeOprf() };
        await network.RunAsync(sets);

        var session = new AlignmentSession(Party.Role(Names[0], Names) with { Protocol = network.Protocol }, Pass.First(1), [40, 20, 20], new Dictionary<PartyId, Channel>(), null);
        IReadOnlyDictionary<PartyId, OprfValues> values = await new FakeOprf().ReceiveAsync(session, sets[0].Items, CancellationToken.None);
        byte[][] first = Shares(tables[Names[1]], values[Names[1]], sets[0]);
        byte[][] second = Shares(tables[Names[2]], values[Names[2]], sets[0]);

        // Held by the follower or not, what is left under the pad is a pseudorandom share: never zero, never twice the same.
        Assert.DoesNotContain(first.Concat(second), share => share.All(b => b == 0));
        Assert.Equal(40, first.Select(Convert.ToHexString).Distinct().Count());
        string[] expected = [.. Ids("all", 10)];
        int[] equal = [.. Enumerable.Range(0, 40).Where(i => first[i].SequenceEqual(second[i])).Select(i => sets[0].Rows[i]).Order()];
        Assert.Equal(Enumerable.Range(0, expected.Length), equal);
    }

    private static IEnumerable<string> Ids(string group, int count) => Enumerable.Range(0, count).Select(i => $"{group}-{i}");

    private static byte[][] Shares(OkvsTable table, OprfValues values, ItemSet items)
    {
        byte[] decoded = new byte[items.Count * Tags.StarSize];
        table.Decode(items.Items.Span, decoded);
        return [.. decoded.Chunk(Tags.StarSize).Select((v, i) => v.Zip(Bytes(values.Pads[i]), (x, y) => (byte)(x ^ y)).ToArray())];
    }

    private static byte[] Bytes(UInt128 value)
    {
        byte[] bytes = new byte[16];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }
}
