using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Agent.Tests;

public sealed class PartySeedTests : IDisposable
{
    private static readonly StudyId Study = StudyId.FromBytes(new byte[StudyId.Size]);
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_again_gives_the_same_seed_sealed_on_disk()
    {
        using StorageKey key = StorageKey.Open(_directory.Path);

        byte[] first = PartySeed.Open(Options(), key, simulated: false).Derive("bottom", Study);

        Assert.Equal(first, PartySeed.Open(Options(), key, simulated: false).Derive("bottom", Study));
        Assert.True(File.Exists(_directory["party-seed.sealed"]));
        Assert.Equal("[redacted]", PartySeed.Open(Options(), key, simulated: false).ToString());
    }

    [Fact]
    public void Open_with_another_key_or_as_another_party_is_refused()
    {
        using StorageKey key = StorageKey.Open(_directory.Path);
        PartySeed.Open(Options(), key, simulated: false);
        using var elsewhere = new TemporaryDirectory();
        using StorageKey other = StorageKey.Open(elsewhere.Path);

        Assert.Throws<StorageException>(() => PartySeed.Open(Options(), other, simulated: false));
        Assert.Throws<StorageException>(() => PartySeed.Open(Options() with { Party = "pharmacy" }, key, simulated: false));
    }

    [Fact]
    public void Derive_differs_by_purpose_study_and_party()
    {
        using StorageKey key = StorageKey.Open(_directory.Path);
        PartySeed seed = PartySeed.Open(Options(), key, simulated: false);
        byte[] other = new byte[StudyId.Size];
        other[0] = 1;

        byte[][] derived =
        [
            seed.Derive("bottom", Study), seed.Derive("top", Study), seed.Derive("bottom", StudyId.FromBytes(other)),
            PartySeed.Open(Options() with { SimulatedSeed = new string('a', 64) }, key, simulated: true).Derive("bottom", Study),
        ];

        Assert.Equal(4, derived.Select(Convert.ToHexString).Distinct().Count());
    }

    [Theory]
    [InlineData("")]
    [InlineData("12")]
    [InlineData("zz00000000000000000000000000000000000000000000000000000000000000")]
    public void Open_simulated_seed_of_a_wrong_form_is_refused(string text)
    {
        using StorageKey key = StorageKey.Open(_directory.Path);

        Assert.Throws<InvalidDataException>(() => PartySeed.Open(Options() with { SimulatedSeed = text }, key, simulated: true));
    }

    [Fact]
    public void Open_simulated_seed_with_keys_of_the_partys_own_is_refused()
    {
        using StorageKey key = StorageKey.Open(_directory.Path);

        InvalidDataException e = Assert.Throws<InvalidDataException>(() => PartySeed.Open(Options() with { SimulatedSeed = new string('a', 64) }, key, simulated: false));

        Assert.Contains("simulatedSeed is for simulations", e.Message, StringComparison.Ordinal);
    }

    private AgentOptions Options() => new() { Party = "lab", Coordinator = "localhost:1", StateDirectory = _directory.Path };
}
