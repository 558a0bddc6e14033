// SHA-256's compression function on registers whose lanes are different messages. Reference: FIPS 180-4, section 6.2.2.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace VerticalFL.Cryptography.Hashing.Backends;

internal sealed class Sha256Backend<TLanes, T> : ISha256Backend
    where TLanes : ISha256Lanes<T>
    where T : struct
{
    private const int Words = 16;
    private const int Rounds = 64;

    private static readonly uint[] Constants =
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
        0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
        0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
        0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
        0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    public int Lanes => TLanes.Lanes;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Enter(ReadOnlySpan<byte> rows, Span<uint> block)
    {
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<byte, uint>(rows)[..(Words * TLanes.Lanes)];
        block = block[..words.Length];
        if (TLanes.TryEnter(ref MemoryMarshal.GetReference(rows), ref MemoryMarshal.GetReference(block)))
        {
            return;
        }

        for (int i = 0; i < words.Length; i++)
        {
            block[(i % Words * TLanes.Lanes) + (i / Words)] = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(words[i]) : words[i];
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Compress(Span<uint> state, Span<uint> block)
    {
        ref uint s = ref MemoryMarshal.GetReference(state[..(8 * TLanes.Lanes)]);
        ref uint w = ref MemoryMarshal.GetReference(block[..(Words * TLanes.Lanes)]);
        ref uint k = ref MemoryMarshal.GetArrayDataReference(Constants);
        T a = State(ref s, 0), b = State(ref s, 1), c = State(ref s, 2), d = State(ref s, 3);
        T e = State(ref s, 4), f = State(ref s, 5), g = State(ref s, 6), h = State(ref s, 7);
        for (int t = 0; t < Rounds; t += 8)
        {
            if (t >= Words)
            {
                Schedule(ref w, t & 8);
            }

            ref uint eight = ref Unsafe.Add(ref w, (nint)(t & 8) * TLanes.Lanes);
            Round(a, b, c, ref d, e, f, g, ref h, Word(ref eight, 0, ref k, t));
            Round(h, a, b, ref c, d, e, f, ref g, Word(ref eight, 1, ref k, t));
            Round(g, h, a, ref b, c, d, e, ref f, Word(ref eight, 2, ref k, t));
            Round(f, g, h, ref a, b, c, d, ref e, Word(ref eight, 3, ref k, t));
            Round(e, f, g, ref h, a, b, c, ref d, Word(ref eight, 4, ref k, t));
            Round(d, e, f, ref g, h, a, b, ref c, Word(ref eight, 5, ref k, t));
            Round(c, d, e, ref f, g, h, a, ref b, Word(ref eight, 6, ref k, t));
            Round(b, c, d, ref e, f, g, h, ref a, Word(ref eight, 7, ref k, t));
        }

        Add(ref s, 0, a);
        Add(ref s, 1, b);
        Add(ref s, 2, c);
        Add(ref s, 3, d);
        Add(ref s, 4, e);
        Add(ref s, 5, f);
        Add(ref s, 6, g);
        Add(ref s, 7, h);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Leave(ReadOnlySpan<uint> state, int firstWord, Span<UInt128> halves)
    {
        int lanes = TLanes.Lanes;
        ReadOnlySpan<uint> words = state.Slice(firstWord * lanes, 4 * lanes);
        halves = halves[..lanes];
        if (TLanes.TryLeave(ref MemoryMarshal.GetReference(words), ref MemoryMarshal.GetReference(halves)))
        {
            return;
        }

        for (int l = 0; l < lanes; l++)
        {
            halves[l] = new UInt128(
                ((ulong)words[l] << 32) | words[lanes + l], ((ulong)words[(2 * lanes) + l] << 32) | words[(3 * lanes) + l]);
        }
    }

    // The sixteen words are a ring: word t replaces word t - 16.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Schedule(ref uint w, int first)
    {
        for (int t = first; t < first + 8; t++)
        {
            T sum = TLanes.Add(State(ref w, t), TLanes.SmallSigma0(State(ref w, (t + 1) & 15)));
            sum = TLanes.Add(sum, TLanes.Add(State(ref w, (t + 9) & 15), TLanes.SmallSigma1(State(ref w, (t + 14) & 15))));
            TLanes.Store(sum, ref w, (nint)t * TLanes.Lanes);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(T a, T b, T c, ref T d, T e, T f, T g, ref T h, T word)
    {
        T one = TLanes.Add(TLanes.Add(h, word), TLanes.Add(TLanes.BigSigma1(e), TLanes.Choose(e, f, g)));
        d = TLanes.Add(d, one);
        h = TLanes.Add(one, TLanes.Add(TLanes.BigSigma0(a), TLanes.Majority(a, b, c)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Word(ref uint eight, int i, ref uint constants, int t) =>
        TLanes.Add(State(ref eight, i), TLanes.Create(Unsafe.Add(ref constants, t + i)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T State(ref uint words, int i) => TLanes.Load(ref words, (nint)i * TLanes.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref uint state, int i, T value) =>
        TLanes.Store(TLanes.Add(State(ref state, i), value), ref state, (nint)i * TLanes.Lanes);
}
