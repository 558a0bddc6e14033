using System.Security.Cryptography;
using System.Text.Json;
using VerticalFL.Cryptography.Keys;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Keys;

public sealed class KeyDerivationTests
{
    // The platform's HKDF is what Derive calls; its argument order is easy to get wrong.
    [Fact]
    public void Platform_gives_the_published_keys()
    {
        foreach (JsonElement vector in VectorFile.Load("hkdf-sha256.json").GetProperty("vectors").EnumerateArray())
        {
            byte[] key = new byte[vector.Hex("key").Length];
            HKDF.DeriveKey(HashAlgorithmName.SHA256, vector.Hex("secret"), key, vector.Hex("salt"), vector.Hex("info"));

            Assert.Equal(vector.Hex("key"), key);
        }
    }

    [Fact]
    public void Derive_separates_labels_salts_and_input_boundaries()
    {
        byte[] secret = [.. Enumerable.Repeat((byte)7, 32)];
        HashSet<string> keys =
        [
            Derive(secret, [], KeyLabels.Mask),
            Derive(secret, [1], KeyLabels.Mask),
            Derive(secret, [], KeyLabels.Order),
            Derive(secret, [], KeyLabels.Mask, [1, 2]),
            Derive(secret, [], KeyLabels.Mask, [1], [2]),
            Derive(secret, [], KeyLabels.Mask, [1, 2], []),
            Derive(secret, [], KeyLabels.Mask, [], [1, 2]),
            Derive([.. secret, 0], [], KeyLabels.Mask),
        ];

        Assert.Equal(8, keys.Count);
        Assert.Contains(Derive(secret, [], KeyLabels.Order), keys);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mask")]
    [InlineData("vfl/v2/mask")]
    [InlineData("vfl/v1/a b")]
    [InlineData("vfl/v1/ä")]
    public void Derive_refuses_a_foreign_label(string label) =>
        Assert.Throws<ArgumentException>(() => KeyDerivation.Derive([1], [], label, new byte[32]));

    [Fact]
    public void Derive_refuses_an_empty_secret_and_impossible_lengths()
    {
        Assert.Throws<ArgumentException>(() => KeyDerivation.Derive([], [], KeyLabels.Mask, new byte[32]));
        Assert.Throws<ArgumentException>(() => KeyDerivation.Derive([1], [], KeyLabels.Mask, []));
        Assert.Throws<ArgumentException>(() => KeyDerivation.Derive([1], [], KeyLabels.Mask, new byte[8161]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("A")]
    public void Seal_refuses_kinds_that_could_collide(string kind) => Assert.Throws<ArgumentException>(() => KeyLabels.Seal(kind));

    private static string Derive(byte[] secret, byte[] salt, string label, params byte[][] inputs)
    {
        byte[] key = new byte[32];
        KeyDerivation.Derive(secret, salt, label, key, [.. inputs.Select(i => (ReadOnlyMemory<byte>)i)]);
        return Convert.ToHexString(key);
    }
}
