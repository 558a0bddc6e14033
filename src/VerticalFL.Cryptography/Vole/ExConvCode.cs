// The code of the silent VOLE: ExConv7x24 with constants of GF(2^128), systematic, rate 1/2, accumulated twice.
//
// Reference: Raghuraman, Rindal, Tanguy, "Expand-Convolute Codes for Pseudorandom Correlation Generators from LPN" (2023, ePrint 2023/882).
// Encode: N = 2k elements, halves s and d. Two convolutions over d, one after the other, with coefficients of their own:
//     y_i = d_i + theta * (y_(i-1) + sum over j = 2 .. 24 of r_(i-j, j) y_(i-j)),
//     output_i = s_i + sum of 7 entries of y at random places.
// theta is a dense constant of GF(2^128). With theta = 1 outputs would lie in the span over GF(2) of the noise of the second half, some
// 128 elements: fewer than 128 dimensions, which shows.
// Parameters: width 24 with the first tap always set, 7 entries, from AES-256-CTR under a public key bound to session, version and N.
// Assumption: regular LPN with this code; its distance is conjectured, not proved: protocols/cryptography/vole.md, section 4.
// Adversary: the access pattern is public; constant time in the vector's elements.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Fields.Backends;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.Vole;

/// <summary>Compresses N elements to N / 2. One session's code; encodes any number of vectors.</summary>
internal sealed class ExConvCode : IDisposable
{
    private const int ExpanderWeight = 7;
    private const uint Taps = 0xffffff;
    private const int Batch = 512;
    private const int Group = 4;

    private static readonly Gf128 Theta = Gf128.Read(KeyDerivation.HashInputs("vfl/v1/vole/theta"));

    // Entry m keeps the lanes of a group of four elements whose bit is set in m.
    private static readonly Vector512<ulong>[] LaneMasks = [.. Enumerable.Range(0, 16).Select(LaneMask)];

    private readonly AesCtr _stream;
    private readonly int _dimension;

    /// <summary>The code of a session.</summary>
    /// <param name="session">32 bytes, public.</param>
    /// <param name="dimension">k, a multiple of 4.</param>
    public ExConvCode(byte[] session, int dimension)
    {
        if (dimension % Group != 0)
        {
            throw new ArgumentException($"The code's dimension is a multiple of {Group}, unlike {dimension}.", nameof(dimension));
        }

        byte[] place = new byte[8];
        BinaryPrimitives.WriteInt32BigEndian(place, VoleParameters.Version);
        BinaryPrimitives.WriteInt32BigEndian(place.AsSpan(4), dimension);
        _stream = new AesCtr(KeyDerivation.HashInputs("vfl/v1/vole/code", session, place));
        _dimension = dimension;
    }

    /// <summary>Encodes in place.</summary>
    /// <param name="first">The first k elements; they become the outputs.</param>
    /// <param name="second">The other k; they are destroyed.</param>
    /// <exception cref="ArgumentException">A half has not k elements.</exception>
    public void Encode(Span<Gf128> first, Span<Gf128> second)
    {
        Require(first, _dimension);
        Require(second, _dimension);
        Convolve(second);
        Add(second, first);
    }

    /// <summary>Encodes two vectors in place, for little more than the price of one: a place that is read lies beside the other's.</summary>
    /// <param name="one">The first k elements of one vector; they become its outputs.</param>
    /// <param name="two">The first k elements of the other; they become its outputs.</param>
    /// <param name="pairs">The other k elements of both, in turns, one's first; they are destroyed.</param>
    /// <exception cref="ArgumentException">A length is wrong.</exception>
    public void Encode(Span<Gf128> one, Span<Gf128> two, Span<Gf128> pairs)
    {
        Require(one, _dimension);
        Require(two, _dimension);
        Require(pairs, 2 * _dimension);
        ConvolvePairs(0, pairs);
        ConvolvePairs(1, pairs);
        AddPairs(pairs, one, two);
    }

    /// <summary>Releases the key schedule; the code is public.</summary>
    public void Dispose() => _stream.Dispose();

    private static void Require(Span<Gf128> elements, int count)
    {
        if (elements.Length != count)
        {
            throw new ArgumentException($"The code takes {count} elements, not {elements.Length}.", nameof(elements));
        }
    }

    /// <summary>One convolution over each of two vectors that lie in turns.</summary>
    private void ConvolvePairs(ulong pass, Span<Gf128> pairs)
    {
        int length = pairs.Length / 2;
        Span<uint> taps = stackalloc uint[Batch];
        ref ulong first = ref First(pairs);
        var one = default(State);
        var two = default(State);
        for (int group = 0; group < State.Groups; group++)
        {
            GetPairs(ref first, group * Group, length, out Vector512<ulong> ofOne, out Vector512<ulong> ofTwo);
            one.Take(ofOne);
            two.Take(ofTwo);
        }

        for (int start = 0; start < length; start += Batch)
        {
            RunPairs(FillTaps(pass, start, length, taps), ref first, start, ref one, ref two, length);
        }
    }

    /// <summary>Both convolutions over one vector, the second a batch behind the first.</summary>
    private void Convolve(Span<Gf128> vector)
    {
        int length = vector.Length;
        Span<uint> taps = stackalloc uint[Batch], late = stackalloc uint[Batch];
        ref ulong first = ref First(vector);
        var state = new State(ref first, length);
        Span<uint> some = FillTaps(0, 0, length, taps);
        var idle = default(State);
        Run(some, ref first, 0, ref state, [], ref first, 0, ref idle, length);
        var behind = new State(ref first, length);
        for (int start = Batch; start < length; start += Batch)
        {
            some = FillTaps(0, start, length, taps);
            Span<uint> before = FillTaps(1, start - Batch, length, late);
            Run(some, ref first, start, ref state, before, ref first, start - Batch, ref behind, length);
        }

        int last = (length - 1) / Batch * Batch;
        Run([], ref first, 0, ref idle, FillTaps(1, last, length, late), ref first, last, ref behind, length);
    }

    private static ref ulong First(Span<Gf128> vector) => ref Unsafe.As<Gf128, ulong>(ref MemoryMarshal.GetReference(vector));

    private Span<uint> FillTaps(ulong pass, int start, int length, Span<uint> taps)
    {
        _stream.Fill(pass, (ulong)start * sizeof(uint) / AesCtr.BlockSize, MemoryMarshal.AsBytes(taps));
        return taps[..Math.Min(Batch, length - start)];
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(ReadOnlySpan<Gf128> source, Span<Gf128> destination)
    {
        Span<uint> words = stackalloc uint[Batch * ExpanderWeight];
        ulong range = (ulong)source.Length;
        ref Vector128<ulong> from = ref Unsafe.As<Gf128, Vector128<ulong>>(ref MemoryMarshal.GetReference(source));
        ref Vector128<ulong> to = ref Unsafe.As<Gf128, Vector128<ulong>>(ref MemoryMarshal.GetReference(destination));
        for (int start = 0; start < destination.Length; start += Batch)
        {
            int count = Math.Min(Batch, destination.Length - start);
            FillPlaces(start, words);
            ref uint word = ref MemoryMarshal.GetReference(words);
            for (int i = 0; i < count; i++)
            {
                // Below range, since words are below 2^32.
                Vector128<ulong> sum = Unsafe.Add(ref from, (nint)((word * range) >> 32));
                for (int w = 1; w < ExpanderWeight; w++)
                {
                    sum ^= Unsafe.Add(ref from, (nint)((Unsafe.Add(ref word, w) * range) >> 32));
                }

                word = ref Unsafe.Add(ref word, ExpanderWeight);
                Unsafe.Add(ref to, start + i) ^= sum;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void AddPairs(ReadOnlySpan<Gf128> source, Span<Gf128> one, Span<Gf128> two)
    {
        Span<uint> words = stackalloc uint[Batch * ExpanderWeight];
        ulong range = (ulong)one.Length;
        ref Vector256<ulong> from = ref Unsafe.As<Gf128, Vector256<ulong>>(ref MemoryMarshal.GetReference(source));
        ref Vector128<ulong> toOne = ref Unsafe.As<Gf128, Vector128<ulong>>(ref MemoryMarshal.GetReference(one));
        ref Vector128<ulong> toTwo = ref Unsafe.As<Gf128, Vector128<ulong>>(ref MemoryMarshal.GetReference(two));
        for (int start = 0; start < one.Length; start += Batch)
        {
            int count = Math.Min(Batch, one.Length - start);
            FillPlaces(start, words);
            ref uint word = ref MemoryMarshal.GetReference(words);
            for (int i = 0; i < count; i++)
            {
                Vector256<ulong> sum = Unsafe.Add(ref from, (nint)((word * range) >> 32));
                for (int w = 1; w < ExpanderWeight; w++)
                {
                    sum ^= Unsafe.Add(ref from, (nint)((Unsafe.Add(ref word, w) * range) >> 32));
                }

                word = ref Unsafe.Add(ref word, ExpanderWeight);
                Unsafe.Add(ref toOne, start + i) ^= sum.GetLower();
                Unsafe.Add(ref toTwo, start + i) ^= sum.GetUpper();
            }
        }
    }

    private void FillPlaces(int start, Span<uint> words)
    {
        ulong blocks = (ulong)words.Length * sizeof(uint) / AesCtr.BlockSize;
        _stream.Fill(2, (ulong)(start / Batch) * blocks, MemoryMarshal.AsBytes(words));
    }

    private static Vector512<ulong> LaneMask(int bits)
    {
        ulong Lane(int i) => 0UL - (ulong)((bits >> i) & 1);
        return Vector512.Create(Lane(0), Lane(0), Lane(1), Lane(1), Lane(2), Lane(2), Lane(3), Lane(3));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<ulong> TimesTheta(Vector128<ulong> a, Vector128<ulong> theta) => Pclmulqdq.IsSupported
        ? Pclmul128.Product(a, theta)
        : Unsafe.BitCast<Gf128, Vector128<ulong>>(PortableGf128.Multiply(
            Unsafe.BitCast<Vector128<ulong>, Gf128>(a), Unsafe.BitCast<Vector128<ulong>, Gf128>(theta)));

    /// <summary>
    /// Goes on with two convolutions at a time: an element of one waits for the product with theta of the element before it, and the
    /// processor has time for the other's. Where one is shorter, the other goes on alone.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Run(
        ReadOnlySpan<uint> taps, ref ulong first, int start, ref State state,
        ReadOnlySpan<uint> otherTaps, ref ulong other, int otherStart, ref State otherState, int length)
    {
        Vector128<ulong> theta = Vector128.Create(Theta.Low, Theta.High);
        ref Vector512<ulong> masks = ref MemoryMarshal.GetArrayDataReference(LaneMasks);
        State a = state, b = otherState;
        int both = Math.Min(taps.Length, otherTaps.Length);
        int i = 0;
        for (; i < both; i += Group)
        {
            for (int r = 0; r < Group; r++)
            {
                a.Feed(r, taps[i + r], theta, ref masks);
                b.Feed(r, otherTaps[i + r], theta, ref masks);
            }

            a.Advance(ref first, start + i, length);
            b.Advance(ref other, otherStart + i, length);
        }

        for (int j = i; j < taps.Length; j += Group)
        {
            for (int r = 0; r < Group; r++)
            {
                a.Feed(r, taps[j + r], theta, ref masks);
            }

            a.Advance(ref first, start + j, length);
        }

        for (int j = i; j < otherTaps.Length; j += Group)
        {
            for (int r = 0; r < Group; r++)
            {
                b.Feed(r, otherTaps[j + r], theta, ref masks);
            }

            b.Advance(ref other, otherStart + j, length);
        }

        state = a;
        otherState = b;
    }

    /// <summary>Goes on with one convolution over each of two vectors that lie in turns, both with the same taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void RunPairs(ReadOnlySpan<uint> taps, ref ulong first, int start, ref State one, ref State two, int length)
    {
        Vector128<ulong> theta = Vector128.Create(Theta.Low, Theta.High);
        ref Vector512<ulong> masks = ref MemoryMarshal.GetArrayDataReference(LaneMasks);
        State a = one, b = two;
        for (int i = 0; i < taps.Length; i += Group)
        {
            for (int r = 0; r < Group; r++)
            {
                a.Feed(r, taps[i + r], theta, ref masks);
                b.Feed(r, taps[i + r], theta, ref masks);
            }

            GetPairs(ref first, start + i + (State.Groups * Group), length, out Vector512<ulong> nextOfA, out Vector512<ulong> nextOfB);
            PutPairs(ref first, start + i, a.Take(nextOfA), b.Take(nextOfB));
        }

        one = a;
        two = b;
    }

    /// <summary>Four elements of each of two vectors that lie in turns; zeros behind their end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void GetPairs(ref ulong first, int at, int length, out Vector512<ulong> one, out Vector512<ulong> two)
    {
        if (at >= length)
        {
            one = two = default;
            return;
        }

        Vector512<ulong> front = Vector512.LoadUnsafe(ref first, (nuint)at * 4), back = Vector512.LoadUnsafe(ref first, ((nuint)at * 4) + 8);
        if (Avx512F.IsSupported)
        {
            one = Avx512F.Shuffle4x128(front, back, 0b10_00_10_00);
            two = Avx512F.Shuffle4x128(front, back, 0b11_01_11_01);
            return;
        }

        (Vector256<ulong> p, Vector256<ulong> q, Vector256<ulong> r, Vector256<ulong> s) = (front.GetLower(), front.GetUpper(), back.GetLower(), back.GetUpper());
        one = Vector512.Create(Vector256.Create(p.GetLower(), q.GetLower()), Vector256.Create(r.GetLower(), s.GetLower()));
        two = Vector512.Create(Vector256.Create(p.GetUpper(), q.GetUpper()), Vector256.Create(r.GetUpper(), s.GetUpper()));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void PutPairs(ref ulong first, int at, Vector512<ulong> one, Vector512<ulong> two)
    {
        (Vector256<ulong> p, Vector256<ulong> q, Vector256<ulong> r, Vector256<ulong> s) = (one.GetLower(), one.GetUpper(), two.GetLower(), two.GetUpper());
        Vector512<ulong> front, back;
        if (Avx512F.IsSupported)
        {
            front = Avx512F.PermuteVar8x64x2(one, Vector512.Create(0UL, 1, 8, 9, 2, 3, 10, 11), two);
            back = Avx512F.PermuteVar8x64x2(one, Vector512.Create(4UL, 5, 12, 13, 6, 7, 14, 15), two);
        }
        else
        {
            front = Vector512.Create(Vector256.Create(p.GetLower(), r.GetLower()), Vector256.Create(p.GetUpper(), r.GetUpper()));
            back = Vector512.Create(Vector256.Create(q.GetLower(), s.GetLower()), Vector256.Create(q.GetUpper(), s.GetUpper()));
        }

        front.StoreUnsafe(ref first, (nuint)at * 4);
        back.StoreUnsafe(ref first, ((nuint)at * 4) + 8);
    }

    /// <summary>
    /// The group of four that is being finished and the six behind it: an element reaches at most 24 places, so from the last place of a
    /// group to the last of the sixth after it. Groups stay in registers, because a load that spans recent stores would wait for them.
    /// </summary>
    private struct State
    {
        /// <summary>How many groups are under way.</summary>
        public const int Groups = 7;

        private Vector512<ulong> _g0;
        private Vector512<ulong> _g1;
        private Vector512<ulong> _g2;
        private Vector512<ulong> _g3;
        private Vector512<ulong> _g4;
        private Vector512<ulong> _g5;
        private Vector512<ulong> _g6;

        public State(ref ulong first, int length)
        {
            _g0 = Get(ref first, 0, length);
            _g1 = Get(ref first, 4, length);
            _g2 = Get(ref first, 8, length);
            _g3 = Get(ref first, 12, length);
            _g4 = Get(ref first, 16, length);
            _g5 = Get(ref first, 20, length);
            _g6 = Get(ref first, 24, length);
        }

        /// <summary>Finishes element r of the first group and adds it to those that it reaches.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Feed(int r, uint taps, Vector128<ulong> theta, ref Vector512<ulong> masks)
        {
            Vector256<ulong> half = r < 2 ? _g0.GetLower() : _g0.GetUpper();
            Vector128<ulong> element = (r & 1) == 0 ? half.GetLower() : half.GetUpper();
            Vector512<ulong> fed = Vector512.Create(Vector256.Create(TimesTheta(element, theta)));

            // Bit p of the shifted taps stands for place p from the start of the group.
            uint bits = ((taps | 1) & Taps) << (r + 1);
            _g0 ^= fed & Mask(ref masks, bits);
            _g1 ^= fed & Mask(ref masks, bits >> 4);
            _g2 ^= fed & Mask(ref masks, bits >> 8);
            _g3 ^= fed & Mask(ref masks, bits >> 12);
            _g4 ^= fed & Mask(ref masks, bits >> 16);
            _g5 ^= fed & Mask(ref masks, bits >> 20);
            _g6 ^= fed & Mask(ref masks, bits >> 24);
        }

        /// <summary>Writes the first group and takes the next one in.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Advance(ref ulong first, int at, int length) =>
            Take(Get(ref first, at + (Groups * Group), length)).StoreUnsafe(ref first, (nuint)at * 2);

        /// <summary>Takes the next group in.</summary>
        /// <returns>The first group, finished.</returns>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<ulong> Take(Vector512<ulong> next)
        {
            Vector512<ulong> finished = _g0;
            _g0 = _g1;
            _g1 = _g2;
            _g2 = _g3;
            _g3 = _g4;
            _g4 = _g5;
            _g5 = _g6;
            _g6 = next;
            return finished;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<ulong> Get(ref ulong first, int at, int length) =>
            at < length ? Vector512.LoadUnsafe(ref first, (nuint)at * 2) : default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Vector512<ulong> Mask(ref Vector512<ulong> masks, uint bits) => Unsafe.Add(ref masks, (nint)(bits & 15));
    }
}
