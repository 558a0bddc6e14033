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
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
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
    /// <returns>The sum of the leaves.</returns>
    public Gf128 ExpandPunctured(int tree, int point, ReadOnlySpan<Gf128> sums, Span<Gf128> leaves)
    {
        Span<Gf128> level = Buffer(0, leaves);
        level[0] = default;
        Gf128 sum = default;
        for (int l = 0; l < _depth; l++)
        {
            Span<Gf128> children = Buffer(l + 1, leaves);
            _hash.Double(Domain(tree, l), 0, level, children);

            // The path's node is not known: both its children are garbage until the sum gives the one off the path.
            int onPath = point >> (_depth - l - 1);
            (Gf128 even, Gf128 odd) = SumsWithout(children, onPath >> 1);
            var side = Gf128.Mask(onPath);
            Gf128 offPath = sums[l] ^ (even & side) ^ (odd & Gf128.Mask(onPath ^ 1));
            SetAt(children, onPath ^ 1, offPath);

            // The last node of a level may have no sibling.
            sum = even ^ odd ^ (offPath & Gf128.Mask(((onPath ^ 1) - children.Length) >> 31));
            level = children;
        }

        return sum;
    }

    /// <summary>The receiver's choice at a level below the root: 1, the odd sum, where the path goes to the even side.</summary>
    public static int Choice(int point, int depth, int level) => ((point >> (depth - level - 1)) & 1) ^ 1;

    /// <summary>vector[index] ^= value without an access that depends on the index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void SetAt(Span<Gf128> vector, int index, Gf128 value)
    {
        Span<Vector128<ulong>> entries = MemoryMarshal.Cast<Gf128, Vector128<ulong>>(vector);
        Vector128<ulong> wanted = Vector128.Create((ulong)(uint)index), set = Unsafe.BitCast<Gf128, Vector128<ulong>>(value);
        Vector128<ulong> at = Vector128<ulong>.Zero;
        for (int i = 0; i < entries.Length; i++)
        {
            entries[i] ^= set & Vector128.Equals(at, wanted);
            at += Vector128<ulong>.One;
        }
    }

    /// <summary>Zeroes the inner nodes.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_scratch.AsSpan()));

    /// <summary>Zeroes the two children of a parent that the index names, and sums up the others by sides.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (Gf128 Even, Gf128 Odd) SumsWithout(Span<Gf128> children, int parent)
    {
        Span<Vector128<ulong>> nodes = MemoryMarshal.Cast<Gf128, Vector128<ulong>>(children);
        Vector128<ulong> wanted = Vector128.Create((ulong)(uint)parent), at = Vector128<ulong>.Zero, even = at, odd = at;
        int i = 0;
        for (; i + 2 <= nodes.Length; i += 2)
        {
            Vector128<ulong> keep = ~Vector128.Equals(at, wanted);
            even ^= nodes[i] &= keep;
            odd ^= nodes[i + 1] &= keep;
            at += Vector128<ulong>.One;
        }

        if (i < nodes.Length)
        {
            even ^= nodes[i] &= ~Vector128.Equals(at, wanted);
        }

        return (Unsafe.BitCast<Vector128<ulong>, Gf128>(even), Unsafe.BitCast<Vector128<ulong>, Gf128>(odd));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static (Gf128 Even, Gf128 Odd) Sums(ReadOnlySpan<Gf128> children)
    {
        ReadOnlySpan<Vector128<ulong>> nodes = MemoryMarshal.Cast<Gf128, Vector128<ulong>>(children);
        Vector128<ulong> even = Vector128<ulong>.Zero, odd = even;
        int i = 0;
        for (; i + 2 <= nodes.Length; i += 2)
        {
            even ^= nodes[i];
            odd ^= nodes[i + 1];
        }

        if (i < nodes.Length)
        {
            even ^= nodes[i];
        }

        return (Unsafe.BitCast<Vector128<ulong>, Gf128>(even), Unsafe.BitCast<Vector128<ulong>, Gf128>(odd));
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
