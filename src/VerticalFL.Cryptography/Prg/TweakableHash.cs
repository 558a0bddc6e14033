// A tweakable hash of 128-bit blocks from AES-128 under a public fixed key: TMMO.
//
// Reference: Guo, Katz, Wang, Yu, "Efficient and Secure Multiparty Computation from Fixed-Key Block Ciphers" (2020, ePrint 2019/074),
// section 7.4: H(x, i) = pi(pi(x) xor i) xor pi(x), with pi = AES-128(key, .).
// Parameters: key 16 bytes, public, one per session; tweak = counter as 8 bytes little-endian | domain as 8 bytes little-endian.
// Adversary: tweakable circular correlation robust with pi as an ideal permutation, some p q / 2^128 for p blocks and q evaluations of
// AES. A (domain, counter) is used once in a session: then a guess is tried against one block only, not against all of them.
// Constant time where AES instructions exist, and as constant as the platform's AES elsewhere.
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Prg.Backends;

namespace VerticalFL.Cryptography.Prg;

/// <summary>Hashes blocks under tweaks. Safe for concurrent use.</summary>
internal sealed class TweakableHash : IDisposable
{
    /// <summary>Bytes of the public key.</summary>
    public const int KeySize = 16;

    private readonly IFixedKeyBackend _backend;

    /// <summary>Expands the session's public key.</summary>
    /// <param name="key">16 bytes.</param>
    /// <exception cref="ArgumentException">The key has another length.</exception>
    public TweakableHash(ReadOnlySpan<byte> key)
        : this(key, X86FixedKey.IsSupported)
    {
    }

    internal TweakableHash(ReadOnlySpan<byte> key, bool useInstructions)
    {
        if (key.Length != KeySize)
        {
            throw new ArgumentException($"The key has {KeySize} bytes, not {key.Length}.", nameof(key));
        }

        _backend = useInstructions ? new X86FixedKey(key) : new PortableFixedKey(key);
    }

    /// <summary>hashes[i] = H(blocks[i], (domain, first + i)); in place is allowed.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public void Hash(ulong domain, ulong first, ReadOnlySpan<Gf128> blocks, Span<Gf128> hashes)
    {
        if (hashes.Length != blocks.Length)
        {
            throw new ArgumentException($"{blocks.Length} blocks need as many hashes, not {hashes.Length}.", nameof(hashes));
        }

        _backend.Hash(domain, first, blocks, hashes);
    }

    /// <summary>
    /// Doubles seeds: children[2 i + b] = H(seeds[i], (domain, 2 (first + i) + b)) for b = 0, 1, with three AES for the two. The children
    /// may be one fewer than twice the seeds.
    /// </summary>
    /// <exception cref="ArgumentException">The lengths do not fit.</exception>
    public void Double(ulong domain, ulong first, ReadOnlySpan<Gf128> seeds, Span<Gf128> children)
    {
        if (seeds.Length != (children.Length + 1) / 2)
        {
            throw new ArgumentException($"{seeds.Length} seeds do not double to {children.Length} blocks.", nameof(children));
        }

        _backend.Double(domain, first, seeds, children);
    }

    /// <summary>Releases the platform's cipher; the key is public.</summary>
    public void Dispose() => _backend.Dispose();
}
