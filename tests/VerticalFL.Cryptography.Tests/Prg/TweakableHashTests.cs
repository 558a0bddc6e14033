using System.Runtime.InteropServices;
using System.Text.Json;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Prg;
using VerticalFL.Cryptography.Prg.Backends;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Prg;

public sealed class TweakableHashTests
{
    public static TheoryData<bool> Backends => X86FixedKey.IsSupported ? [false, true] : [false];

    [Theory]
    [MemberData(nameof(Backends))]
    public void Hashes_match_the_vectors(bool useInstructions)
    {
        JsonElement vector = VectorFile.Load("fields.json").GetProperty("tweakableHash");
        using var hash = new TweakableHash(vector.Hex("key"), useInstructions);
        ulong domain = ulong.Parse(vector.Text("domain")), first = ulong.Parse(vector.Text("first"));
        Gf128[] blocks = MemoryMarshal.Cast<byte, Gf128>(vector.Hex("blocks")).ToArray(), hashes = new Gf128[blocks.Length];
        hash.Hash(domain, first, blocks, hashes);
        var doubled = new Gf128[2 * vector.GetProperty("seeds").GetInt32()];
        hash.Double(domain, vector.GetProperty("doubledFirst").GetUInt64(), blocks.AsSpan(0, doubled.Length / 2), doubled);

        Assert.Equal(vector.Hex("hashes"), MemoryMarshal.AsBytes(hashes.AsSpan()).ToArray());
        Assert.Equal(vector.Hex("doubled"), MemoryMarshal.AsBytes(doubled.AsSpan()).ToArray());
    }

    [Fact]
    public void Backends_give_the_same_blocks_at_every_length()
    {
        Assert.SkipUnless(X86FixedKey.IsSupported, "This processor has no x86 AES instructions.");
        using var portable = new TweakableHash("0123456789abcdef"u8, useInstructions: false);
        using var fast = new TweakableHash("0123456789abcdef"u8, useInstructions: true);
        var random = new Random(3);
        for (int n = 0; n <= 150; n++)
        {
            Gf128[] blocks = new Gf128[n], a = new Gf128[n], children = new Gf128[Math.Max(0, (2 * n) - (n % 2))];
            var sameChildren = new Gf128[children.Length];
            random.NextBytes(MemoryMarshal.AsBytes(blocks.AsSpan()));
            portable.Hash(9, (ulong)n, blocks, a);
            portable.Double(7, (ulong)n, blocks, children);
            fast.Double(7, (ulong)n, blocks, sameChildren);
            fast.Hash(9, (ulong)n, blocks, blocks);

            Assert.Equal(a, blocks);
            Assert.Equal(children, sameChildren);
        }
    }

    [Fact]
    public void Wrong_lengths_are_refused()
    {
        using var hash = new TweakableHash(new byte[16]);

        Assert.Throws<ArgumentException>(() => new TweakableHash(new byte[15]));
        Assert.Throws<ArgumentException>(() => hash.Hash(0, 0, new Gf128[2], new Gf128[1]));
        Assert.Throws<ArgumentException>(() => hash.Double(0, 0, new Gf128[2], new Gf128[5]));
        Assert.Throws<ArgumentException>(() => hash.Double(0, 0, new Gf128[2], new Gf128[2]));
    }
}
