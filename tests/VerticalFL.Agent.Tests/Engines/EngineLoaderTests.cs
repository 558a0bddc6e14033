using System.Security.Cryptography;
using OwnEngine;
using VerticalFL.Agent.Engines;
using VerticalFL.Testing;
using VerticalFL.Training.Engines;
using Xunit;

namespace VerticalFL.Agent.Tests.Engines;

public sealed class EngineLoaderTests
{
    /// <summary>An engine that is one file, or the managed one, leaves nothing in it.</summary>
    private const string State = "/nonexistent/state";

    private static readonly string Sample = typeof(QuadraticEngine).Assembly.Location;

    [Fact]
    public void Without_an_assembly_it_is_the_managed_engine() => Assert.IsType<ManagedEngine>(EngineLoader.Load(new EngineOptions(), State));

    [Fact]
    public void An_assembly_with_the_right_hash_gives_its_engine()
    {
        IBottomEngine engine = Load(Sample);

        Assert.Equal(("quadratic", "1"), (engine.Name, engine.Version));
        Assert.Equal(engine.Name, EngineLoader.Load(new EngineOptions { Assembly = Sample, Sha256 = HashOf(Sample).ToUpperInvariant() }, State).Name);
    }

    [Fact]
    public void Another_file_than_the_one_that_was_allowed_is_refused_unopened()
    {
        using var directory = new TemporaryDirectory();
        string changed = directory["changed.dll"];
        byte[] bytes = File.ReadAllBytes(Sample);
        bytes[^1] ^= 1;
        File.WriteAllBytes(changed, bytes);

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => EngineLoader.Load(new EngineOptions { Assembly = changed, Sha256 = HashOf(Sample) }, State));

        Assert.Contains("engine.sha256", refused.Message, StringComparison.Ordinal);
        Assert.Contains(HashOf(changed), refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_engine_is_refused_with_the_file()
    {
        using var directory = new TemporaryDirectory();
        string text = directory["text.dll"];
        File.WriteAllText(text, "no assembly");

        foreach ((string path, string problem) in new[]
        {
            (text, "is no assembly"),
            (typeof(TemporaryDirectory).Assembly.Location, "has 0 public classes"),
        })
        {
            InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Load(path));
            Assert.Contains(path, refused.Message, StringComparison.Ordinal);
            Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
        }

        string absent = directory["absent.dll"];
        InvalidDataException missing = Assert.Throws<InvalidDataException>(() => EngineLoader.Load(new EngineOptions { Assembly = absent, Sha256 = new string('0', 64) }, State));
        Assert.Contains(absent, missing.Message, StringComparison.Ordinal);
    }

    private static IBottomEngine Load(string path) => EngineLoader.Load(new EngineOptions { Assembly = path, Sha256 = HashOf(path) }, State);

    private static string HashOf(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));
}
