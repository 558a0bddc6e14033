using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Training.SecureAggregation;
using VerticalFL.Transport;
using Xunit;

namespace VerticalFL.Training.Tests.SecureAggregation;

public sealed class MaskKeysTests
{
    private static readonly PartyId Hospital = new("hospital");
    private static readonly PartyId Lab = new("lab");
    private static readonly PartyId Pharmacy = new("pharmacy");

    [Fact]
    public async Task ExchangeAsync_gives_both_sides_the_same_key_and_a_fresh_one_each_time()
    {
        byte[] first = await ExchangeAsync();
        byte[] second = await ExchangeAsync();

        Assert.NotEqual(first, second);
    }

    [Fact]
    public void Derive_depends_on_study_run_attempt_and_parties()
    {
        byte[] a = new byte[32];
        byte[] b = [.. Enumerable.Repeat((byte)1, 32)];
        var other = RunId.FromBytes([.. Enumerable.Repeat((byte)9, 16)]);
        var otherStudy = StudyId.FromBytes([.. Enumerable.Repeat((byte)9, 32)]);
        string[] keys =
        [
            .. new[]
            {
                new MaskSession(default, default, 1, [Hospital, Lab, Pharmacy]),
                new MaskSession(otherStudy, default, 1, [Hospital, Lab, Pharmacy]),
                new MaskSession(default, other, 1, [Hospital, Lab, Pharmacy]),
                new MaskSession(default, default, 2, [Hospital, Lab, Pharmacy]),
                new MaskSession(default, default, 1, [Hospital, Lab, Pharmacy, new PartyId("biobank")]),
            }.Select(s => Convert.ToHexString(MaskKeys.Derive(s, Lab, a, Pharmacy, b).Bytes)),
            Convert.ToHexString(MaskKeys.Derive(Session(1), Lab, b, Pharmacy, a).Bytes),
        ];

        Assert.Equal(keys.Length, keys.Distinct().Count());
    }

    [Fact]
    public async Task ExchangeAsync_a_peer_at_another_attempt_is_refused()
    {
        (Channel a, Channel b) = Channel.CreateInMemoryPair(Lab, Pharmacy);
        await b.SendAsync(new MaskContribution { Attempt = 2, Contribution = new byte[32] }, default);

        await Assert.ThrowsAsync<PeerProtocolException>(
            () => MaskKeys.ExchangeAsync(Session(1), Lab, new Dictionary<PartyId, Channel> { [Pharmacy] = a }, default));
    }

    [Fact]
    public async Task ExchangeAsync_an_echo_of_our_own_contribution_is_refused()
    {
        (Channel a, Channel b) = Channel.CreateInMemoryPair(Lab, Pharmacy);
        Task<MaskKeys> exchange = MaskKeys.ExchangeAsync(Session(1), Lab, new Dictionary<PartyId, Channel> { [Pharmacy] = a }, default);
        await b.SendAsync(await b.ReceiveAsync<MaskContribution>(default), default);

        await Assert.ThrowsAsync<PeerProtocolException>(() => exchange);
    }

    [Fact]
    public async Task Dispose_zeroes_the_keys_and_the_encoder_goes_on()
    {
        (Channel a, Channel b) = Channel.CreateInMemoryPair(Lab, Pharmacy);
        await b.SendAsync(new MaskContribution { Attempt = 1, Contribution = new byte[32] }, default);
        MaskKeys keys = await MaskKeys.ExchangeAsync(Session(1), Lab, new Dictionary<PartyId, Channel> { [Pharmacy] = a }, default);
        using var encoder = new MaskedEncoder(keys, ActivationRing.For("u32.20", 2));

        keys.Dispose();

        Assert.Throws<ObjectDisposedException>(() => keys.Pairs[0].Key.Bytes.Length);
        encoder.Encode(ActivationPurpose.Training, 0, 0, [1], new byte[4]);
    }

    [Fact]
    public void Session_with_a_party_twice_is_refused() =>
        Assert.Throws<ArgumentException>(() => new MaskSession(default, default, 1, [Lab, Lab]));

    private static MaskSession Session(int attempt) => new(default, default, attempt, [Hospital, Lab, Pharmacy]);

    private static async Task<byte[]> ExchangeAsync()
    {
        (Channel a, Channel b) = Channel.CreateInMemoryPair(Lab, Pharmacy);
        Task<MaskKeys> lab = MaskKeys.ExchangeAsync(Session(1), Lab, new Dictionary<PartyId, Channel> { [Pharmacy] = a }, default);
        Task<MaskKeys> pharmacy = MaskKeys.ExchangeAsync(Session(1), Pharmacy, new Dictionary<PartyId, Channel> { [Lab] = b }, default);
        using MaskKeys ofLab = await lab;
        using MaskKeys ofPharmacy = await pharmacy;
        Assert.True(ofLab.Pairs[0].Key.FixedTimeEquals(ofPharmacy.Pairs[0].Key));
        return ofLab.Pairs[0].Key.Bytes.ToArray();
    }
}
