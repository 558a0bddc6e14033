// A pseudorandom function on 0 .. B-1 whose key can be punctured at one point.
//
// Reference: Goldreich, Goldwasser, Micali (1986); Boyle, Couteau, Gilboa, Ishai, Kohl, Scholl, "Efficient two-round OT extension and
// silent non-interactive secure computation" (2019), section 4, for sums by level.
// The root doubles by the tweakable hash, level by level; level l has ceil(B / 2^(d - l)) nodes, d = ceil(log2 B), so that nodes without
// leaves below B are never made. Node i's children are 2i and 2i + 1. Sum b of a level is the sum of its nodes with i mod 2 = b.
// Who holds, at each level, the sum on the side away from the path to a point p gets all leaves but leaf p.
// Parameters: seeds of 128 bits; every (tree, level, node) has a tweak of its own.
// Adversary: the leaf at p is pseudorandom to who holds the punctured key. Wrong sums give wrong leaves: the VOLE's check finds that.
// Constant time, memory access included, in seeds and in p.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.Vole;

/// <summary>Trees of one size. Not safe for concurrent use.</summary>
internal sealed class PuncturableTree : IDisposable
{
    private const ulong FirstDomain = 256;
    private const ulong DomainsPerTree = 64;

    private readonly TweakableHash _hash;
    private readonly int _depth;
    private readonly Gf128[] _scratch;

    public PuncturableTree(TweakableHash hash, int leaves, int depth)
    {
        _hash = hash;
        _depth = depth;
        _scratch = GC.AllocateArray<Gf128>(leaves, pinned: true);
    }

    /// <summary>All leaves from a root, and the two sums of every level.</summary>
    /// <param name="tree">The tree's number.</param>
    /// <param name="root">A uniform block.</param>
    /// <param name="leaves">Receives B leaves.</param>
    /// <param name="sums">Receives 2 d sums: the even and the odd one of each level from the root on.</param>
    public void Expand(int tree, Gf128 root, Span<Gf128> leaves, Span<Gf128> sums)
    {
        Span<Gf128> level = Buffer(0, leaves);
        level[0] = root;
        for (int l = 0; l < _depth; l++)
        {
            Span<Gf128> children = Buffer(l + 1, leaves);
            _hash.Double(Domain(tree, l), 0, level, children);
            (sums[2 * l], sums[(2 * l) + 1]) = Sums(children);
            level = children;
        }
    }

    /// <summary>All leaves but one, which is left 0.</summary>
    /// <param name="tree">The tree's number.</param>
    /// <param name="point">The punctured point p.</param>
    /// <param name="sums">d sums: of each level, on the side where the path to p does not go.</param>
    /// <param name="leaves">Receives B leaves.</param>
    public void ExpandPunctured(int tree, int point, ReadOnlySpan<Gf128> sums, Span<Gf128> leaves)
    {
        Span<Gf128> level = Buffer(0, leaves);
        level[0] = default;
        for (int l = 0; l < _depth; l++)
        {
            Span<Gf128> children = Buffer(l + 1, leaves);
            _hash.Double(Domain(tree, l), 0, level, children);

            // The path's node is not known: both its children are garbage until the sum gives the one off the path.
            int onPath = point >> (_depth - l - 1);
            KeepUnlessPair(children, onPath >> 1);
            (Gf128 even, Gf128 odd) = Sums(children);
            var side = Gf128.Mask(onPath);
            SetAt(children, onPath ^ 1, sums[l] ^ (even & side) ^ (odd & Gf128.Mask(onPath ^ 1)));
            level = children;
        }
    }

    /// <summary>The receiver's choice at a level below the root: 1, the odd sum, where the path goes to the even side.</summary>
    public static int Choice(int point, int depth, int level) => ((point >> (depth - level - 1)) & 1) ^ 1;

    /// <summary>vector[index] ^= value without an access that depends on the index.</summary>
    public static void SetAt(Span<Gf128> vector, int index, Gf128 value)
    {
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] ^= value & EqualMask(i, index);
        }
    }

    /// <summary>Zeroes the inner nodes.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_scratch.AsSpan()));

    private static void KeepUnlessPair(Span<Gf128> children, int parent)
    {
        for (int i = 0; i < children.Length; i++)
        {
            Gf128 pair = EqualMask(i >> 1, parent);
            children[i] &= new Gf128(~pair.Low, ~pair.High);
        }
    }

    private static (Gf128 Even, Gf128 Odd) Sums(ReadOnlySpan<Gf128> nodes)
    {
        Gf128 even = default, odd = default;
        int i = 0;
        for (; i + 2 <= nodes.Length; i += 2)
        {
            even ^= nodes[i];
            odd ^= nodes[i + 1];
        }

        return (i < nodes.Length ? even ^ nodes[i] : even, odd);
    }

    private static Gf128 EqualMask(int a, int b)
    {
        // The difference of different non-negative integers minus one keeps a clear sign bit; only 0 - 1 sets it.
        ulong mask = (ulong)(((long)(uint)(a ^ b) - 1) >> 63);
        return new Gf128(mask, mask);
    }

    private static ulong Domain(int tree, int level) => FirstDomain + ((ulong)tree * DomainsPerTree) + (ulong)level;

    // Levels alternate between two buffers so that the last one lies in the leaves.
    private Span<Gf128> Buffer(int level, Span<Gf128> leaves)
    {
        int below = _depth - level;
        int nodes = (int)(((long)leaves.Length + (1L << below) - 1) >> below);
        return (below % 2 == 0 ? leaves : _scratch)[..nodes];
    }
}
