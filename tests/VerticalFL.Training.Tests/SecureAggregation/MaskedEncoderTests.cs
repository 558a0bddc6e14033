using System.Runtime.InteropServices;
using System.Text.Json.Nodes;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Prg;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.SecureAggregation;
using Xunit;

namespace VerticalFL.Training.Tests.SecureAggregation;

public sealed class MaskedEncoderTests
{
    private static readonly byte[] Key = [.. Enumerable.Range(0, MaskKeys.KeySize).Select(i => (byte)i)];

    public static TheoryData<string, string, string> Sums =>
    [
        .. new[] { ("u32.20", "sums"), ("u16.8", "compactSums") }.SelectMany(
            r => MaskedSumVectors.Root[r.Item2]!.AsArray().Select(c => (r.Item1, r.Item2, c!["name"]!.GetValue<string>()))),
    ];

    public static TheoryData<string> Invalid => [.. MaskedSumVectors.Root["invalid"]!.AsArray().Select(c => c!["name"]!.GetValue<string>())];

    [Theory]
    [MemberData(nameof(Sums))]
    public void Encode_and_sum_match_the_vectors(string ringName, string list, string name)
    {
        JsonNode c = Case(list, name);
        PartyId[] features = [.. c["featureParties"]!.AsArray().Select(p => new PartyId(p!.GetValue<string>()))];
        var session = new MaskSession(
            StudyId.FromBytes(MaskedSumVectors.Bytes(c["study"])), RunId.FromBytes(MaskedSumVectors.Bytes(c["run"])),
            c["attempt"]!.GetValue<int>(), features.Append(new PartyId(c["labelParty"]!.GetValue<string>())));
        Assert.Equal(MaskedSumVectors.Bytes(c["salt"]), session.Salt.ToArray());

        var keys = features.ToDictionary(p => p, _ => new List<(PartyId, SecretKey)>());
        foreach (JsonNode? pair in c["pairs"]!.AsArray())
        {
            PartyId lower = new(pair!["lower"]!.GetValue<string>());
            PartyId higher = new(pair["higher"]!.GetValue<string>());
            byte[] ofLower = MaskedSumVectors.Bytes(pair["lowerContribution"]);
            byte[] ofHigher = MaskedSumVectors.Bytes(pair["higherContribution"]);
            SecretKey key = MaskKeys.Derive(session, lower, ofLower, higher, ofHigher);
            Assert.Equal(MaskedSumVectors.Bytes(pair["key"]), key.Bytes.ToArray());
            Assert.True(key.FixedTimeEquals(MaskKeys.Derive(session, higher, ofHigher, lower, ofLower)));
            keys[lower].Add((higher, key));
            keys[higher].Add((lower, key));
        }

        var ring = ActivationRing.For(ringName, features.Length);
        float[] own = MaskedSumVectors.Floats(c["own"]);
        var sum = new byte[own.Length * ring.ElementSize];
        foreach (JsonNode? party in c["parties"]!.AsArray())
        {
            PartyId id = new(party!["party"]!.GetValue<string>());
            using var encoder = new MaskedEncoder(MaskKeys.FromPairs(id, keys[id]), ring);
            var masked = new byte[sum.Length];
            encoder.Encode(
                (ActivationPurpose)c["purpose"]!.GetValue<int>(), c["step"]!.GetValue<long>(), c["microbatch"]!.GetValue<int>(),
                MaskedSumVectors.Floats(party["values"]), masked);
            Assert.Equal(MaskedSumVectors.Elements(party["masked"]), masked);
            ring.Add(sum, masked);
        }

        var ownRing = new byte[sum.Length];
        ring.Encode(own, ownRing);
        var decoded = new float[own.Length];
        ring.DecodeSum(sum, ownRing, decoded);
        Assert.Equal(MaskedSumVectors.Floats(c["sum"]), decoded);
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Encode_refuses_the_invalid_vectors_and_leaves_nothing_unmasked(string name)
    {
        JsonNode c = Case("invalid", name);
        using MaskedEncoder encoder = Encoder();
        if (c["values"] is { } values)
        {
            float[] numbers = MaskedSumVectors.Floats(values);
            var destination = new byte[numbers.Length * sizeof(uint)];

            Assert.Throws<ArgumentException>(() => encoder.Encode(ActivationPurpose.Training, 0, 0, numbers, destination));
            Assert.All(destination, d => Assert.Equal(0, d));
            return;
        }

        JsonArray uses = c["uses"]!.AsArray();
        for (int i = 0; i < uses.Count - 1; i++)
        {
            Use(encoder, uses[i]!);
        }

        Assert.True(Record.Exception(() => Use(encoder, uses[^1]!)) is InvalidOperationException or ArgumentOutOfRangeException);
    }

    [Fact]
    public void Encode_counts_what_it_clamps()
    {
        using MaskedEncoder encoder = Encoder();

        encoder.Encode(ActivationPurpose.Training, 0, 0, [1, 256, -300], new byte[12]);
        encoder.Encode(ActivationPurpose.Training, 1, 0, [255, -255, 1e9f], new byte[12]);

        Assert.Equal(3, encoder.Saturated);
    }

    [Fact]
    public void Encode_different_counters_of_the_same_values_look_unrelated()
    {
        using MaskedEncoder encoder = Encoder();
        var values = new float[256];
        List<uint[]> seen = [];
        foreach ((ActivationPurpose purpose, long step, int microbatch) in new[]
        {
            (ActivationPurpose.Training, 0L, 0), (ActivationPurpose.Training, 0L, 1), (ActivationPurpose.Training, 1L, 0),
            (ActivationPurpose.Validation, 0L, 0), (ActivationPurpose.Evaluation, 0L, 0), (ActivationPurpose.Prediction, 0L, 0),
            (ActivationPurpose.Training, 1L << 24, 0),
        })
        {
            var masked = new uint[values.Length];
            encoder.Encode(purpose, step, microbatch, values, MemoryMarshal.AsBytes(masked.AsSpan()));
            seen.Add(masked);
        }

        // Seven times 256 random 32-bit words: a collision anywhere has probability below 2^-11; the key is fixed, so this is not flaky.
        Assert.Equal(seen.Count * values.Length, seen.SelectMany(s => s).Distinct().Count());
    }

    [Theory]
    [InlineData("u32.20", 3000)]
    [InlineData("u16.8", 3001)]
    [InlineData("u64.24", 2049)]
    public void Encode_masks_a_long_piece_with_one_key_stream_from_its_first_block_on(string name, int count)
    {
        var ring = ActivationRing.For(name, 2);
        using MaskedEncoder encoder = Encoder(ring);
        var masked = new byte[count * ring.ElementSize];

        encoder.Encode(ActivationPurpose.Training, 7, 2, new float[count], masked);

        var stream = new byte[masked.Length];
        using var aes = new AesCtr(Key);
        aes.Fill(MaskedEncoder.Prefix(ActivationPurpose.Training, 7, 2), 0, stream);
        Assert.Equal(stream, masked);
    }

    [Fact]
    public void Encode_not_finite_far_into_a_piece_leaves_nothing_of_it()
    {
        using MaskedEncoder encoder = Encoder();
        var values = new float[3000];
        values[2500] = float.NaN;
        var destination = new byte[values.Length * sizeof(uint)];

        Assert.Throws<ArgumentException>(() => encoder.Encode(ActivationPurpose.Training, 0, 0, values, destination));
        Assert.All(destination, d => Assert.Equal(0, d));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(13)]
    [InlineData(16)]
    public void Encode_into_another_length_throws(int bytes)
    {
        using MaskedEncoder encoder = Encoder();

        Assert.Throws<ArgumentException>(() => encoder.Encode(ActivationPurpose.Training, 0, 0, new float[3], new byte[bytes]));
    }

    private static JsonNode Case(string list, string name) =>
        MaskedSumVectors.Root[list]!.AsArray().Single(c => c!["name"]!.GetValue<string>() == name)!;

    private static MaskedEncoder Encoder(ActivationRing? ring = null)
    {
        using var keys = MaskKeys.FromPairs(new PartyId("lab"), [(new PartyId("pharmacy"), SecretKey.CopyOf(Key))]);
        return new MaskedEncoder(keys, ring ?? ActivationRing.For("u32.20", 2));
    }

    private static void Use(MaskedEncoder encoder, JsonNode use) => encoder.Encode(
        (ActivationPurpose)use[0]!.GetValue<int>(), use[1]!.GetValue<long>(), use[2]!.GetValue<int>(), new float[4], new byte[16]);
}
