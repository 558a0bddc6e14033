using System.Security.Cryptography;
using System.Text.Json;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Alignment.Tests.Star;

public sealed class KeyVectorTests
{
    private static readonly JsonElement Vector = Vectors.Load("keys.json");

    [Fact]
    public void Session_id_matches_the_vector() => Assert.Equal(Vector.GetProperty("session").Hex("id"), Session().Id);

    [Fact]
    public void Session_id_of_a_second_pass_matches_the_vector()
    {
        JsonElement second = Vector.GetProperty("session").GetProperty("secondPass");
        AlignmentSession first = Session();
        var session = new AlignmentSession(
            first.Role, first.Pass.Next(first, 3), [.. second.List("sizes").Select(s => s.GetInt32())], new Dictionary<PartyId, Channel>(), null);
        Assert.Equal(second.Hex("id"), session.Id);
    }

    [Fact]
    public void Oprf_pad_and_announcement_match_the_vector()
    {
        JsonElement oprf = Vector.GetProperty("oprf");
        using var values = new OprfValues(Session(), new PartyId(oprf.Text("follower")), 2);
        byte[] raw = oprf.Hex("raw");
        values.Expand(1, raw);
        Assert.Equal(oprf.Hex("pad"), Bytes(values.Pads[1]));
        Assert.Equal(oprf.Hex("announcement"), Bytes(values.Announcements[1]));
        Assert.All(raw, b => Assert.Equal(0, b));
    }

    [Fact]
    public void Zero_shares_match_the_vector()
    {
        JsonElement zero = Vector.GetProperty("zeroShare");
        byte[] key = ZeroShares.DeriveKey(
            [.. zero.Hex("contributionOfLow"), .. zero.Hex("contributionOfHigh")],
            Session().Id,
            new PartyId(zero.Text("low")),
            new PartyId(zero.Text("high")));
        Assert.Equal(zero.Hex("key"), key);
        using var shares = new ZeroShares([key]);
        foreach (JsonElement share in zero.List("shares"))
        {
            var value = new UInt128[1];
            shares.Apply(share.Hex("item"), value);
            byte[] bytes = System.Runtime.InteropServices.MemoryMarshal.AsBytes(value.AsSpan()).ToArray();
            Assert.Equal(share.Hex("share"), bytes[..Tags.StarSize]);
            Assert.All(bytes[Tags.StarSize..], b => Assert.Equal(0, b));
        }
    }

    [Fact]
    public void Tag_sizes_match_the_vector()
    {
        foreach (JsonElement sizes in Vector.List("tagSizes"))
        {
            (int a, int b) = (sizes.Int("a"), sizes.Int("b"));
            Assert.Equal(sizes.Int("pair"), Tags.Size(a, b));
            foreach (JsonProperty announcement in sizes.GetProperty("announcement").EnumerateObject())
            {
                Assert.Equal(announcement.Value.GetInt32(), Tags.AnnouncementSize(a, b, int.Parse(announcement.Name)));
            }
        }
    }

    [Fact]
    public void Order_matches_the_vector()
    {
        JsonElement order = Vector.GetProperty("order");
        byte[] key = CommonOrder.DeriveKey(Contributions(), Session().Role.Study.ToBytes(), KeyLabels.Order);
        Assert.Equal(order.Hex("key"), key);
        byte[][] cohort = Items(order, "cohort");
        int[] places = CommonOrder.Sort(key, cohort.SelectMany(i => i).ToArray(), [.. Enumerable.Range(0, cohort.Length)]);
        Assert.Equal(Items(order, "ordered"), places.Select(p => cohort[p]));
    }

    [Fact]
    public void Row_check_matches_the_vector_and_no_invalid_digest_passes()
    {
        JsonElement check = Vector.GetProperty("rowCheck");
        byte[] key = CommonOrder.DeriveKey(Contributions(), Session().Id, KeyLabels.RowCheck);
        Assert.Equal(check.Hex("key"), key);
        byte[] rows = [.. Items(Vector.GetProperty("order"), "ordered").SelectMany(i => i)];
        foreach (JsonProperty digest in check.GetProperty("digests").EnumerateObject())
        {
            Assert.Equal(Convert.FromHexString(digest.Value.GetString()!), Digest(digest.Name));
        }

        foreach (JsonElement invalid in check.List("invalid"))
        {
            Assert.NotEqual(invalid.Hex("digest"), Digest(invalid.Text("sender")));
        }

        Assert.Equal(check.Text("alignmentId"), CommonOrder.NameOf(key, Session().Id));

        byte[] Digest(string sender) => CommonOrder.Digest(key, new PartyId(sender), rows.Length / ItemSet.ItemSize, SHA256.HashData(rows));
    }

    private static byte[] Contributions() =>
        [.. Session().Parties.SelectMany(p => Vector.GetProperty("order").GetProperty("contributions").Hex(p.Value))];

    private static byte[][] Items(JsonElement element, string name) =>
        [.. element.List(name).Select(i => Convert.FromHexString(i.GetString()!))];

    private static AlignmentSession Session()
    {
        JsonElement session = Vector.GetProperty("session");
        PartyId[] parties = [.. session.List("parties").Select(p => new PartyId(p.GetString()!))];
        var role = new AlignmentRole
        {
            Self = parties[0],
            Leader = parties[0],
            Parties = [.. parties.Reverse()],
            Study = StudyId.FromBytes(session.Hex("study")),
            Run = RunId.FromBytes(session.Hex("run")),
            Attempt = session.Int("attempt"),
            MinimumPatients = session.Int("minimumPatients"),
            Protocol = session.Text("protocol"),
        };
        return new AlignmentSession(role, Pass.First(2), [.. session.List("sizes").Select(s => s.GetInt32())], new Dictionary<PartyId, Channel>(), null);
    }

    private static byte[] Bytes(UInt128 value)
    {
        byte[] bytes = new byte[16];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(bytes, value);
        return bytes;
    }
}
