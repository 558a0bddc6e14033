// SHA-512 on registers whose lanes are different messages. Reference: FIPS 180-4, sections 5.1.2 and 6.4.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Hashing.Backends;

internal sealed class Sha512Backend<TLanes, T> : ISha512Backend
    where TLanes : ISha512Lanes<T>
    where T : struct
{
    private const int MaxLanes = 8;
    private const int Words = 16;
    private const int StateWords = 8;
    private const int Rounds = 80;
    private const int WordSize = sizeof(ulong);
    private const int BlockSize = Words * WordSize;

    // A one bit and a length of 16 bytes.
    private const int Padding = 17;

    private static readonly ulong[] Initial =
    [
        0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
        0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179,
    ];

    private static readonly ulong[] Constants =
    [
        0x428a2f98d728ae22, 0x7137449123ef65cd, 0xb5c0fbcfec4d3b2f, 0xe9b5dba58189dbbc,
        0x3956c25bf348b538, 0x59f111f1b605d019, 0x923f82a4af194f9b, 0xab1c5ed5da6d8118,
        0xd807aa98a3030242, 0x12835b0145706fbe, 0x243185be4ee4b28c, 0x550c7dc3d5ffb4e2,
        0x72be5d74f27b896f, 0x80deb1fe3b1696b1, 0x9bdc06a725c71235, 0xc19bf174cf692694,
        0xe49b69c19ef14ad2, 0xefbe4786384f25e3, 0x0fc19dc68b8cd5b5, 0x240ca1cc77ac9c65,
        0x2de92c6f592b0275, 0x4a7484aa6ea6e483, 0x5cb0a9dcbd41fbd4, 0x76f988da831153b5,
        0x983e5152ee66dfab, 0xa831c66d2db43210, 0xb00327c898fb213f, 0xbf597fc7beef0ee4,
        0xc6e00bf33da88fc2, 0xd5a79147930aa725, 0x06ca6351e003826f, 0x142929670a0e6e70,
        0x27b70a8546d22ffc, 0x2e1b21385c26c926, 0x4d2c6dfc5ac42aed, 0x53380d139d95b3df,
        0x650a73548baf63de, 0x766a0abb3c77b2a8, 0x81c2c92e47edaee6, 0x92722c851482353b,
        0xa2bfe8a14cf10364, 0xa81a664bbc423001, 0xc24b8b70d0f89791, 0xc76c51a30654be30,
        0xd192e819d6ef5218, 0xd69906245565a910, 0xf40e35855771202a, 0x106aa07032bbd1b8,
        0x19a4c116b8d2d0c8, 0x1e376c085141ab53, 0x2748774cdf8eeb99, 0x34b0bcb5e19b48a8,
        0x391c0cb3c5c95a63, 0x4ed8aa4ae3418acb, 0x5b9cca4f7763e373, 0x682e6ff3d6b2b8a3,
        0x748f82ee5defb2fc, 0x78a5636f43172f60, 0x84c87814a1f0ab72, 0x8cc702081a6439ec,
        0x90befffa23631e28, 0xa4506cebde82bde9, 0xbef9a3f7b2c67915, 0xc67178f2e372532b,
        0xca273eceea26619c, 0xd186b8c721c0c207, 0xeada7dd6cde0eb1e, 0xf57d4f7fee6ed178,
        0x06f067aa72176fba, 0x0a637dc5a2c898a6, 0x113f9804bef90dae, 0x1b710b35131c471b,
        0x28db77f523047d84, 0x32caab7b40c72493, 0x3c9ebe0a15c9bebc, 0x431d67c49c100d4c,
        0x4cc5d4becb3e42b6, 0x597f299cfc657e2a, 0x5fcb6fab3ad6faec, 0x6c44198c4a475817,
    ];

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void HashAll(ReadOnlySpan<byte> messages, int length, Span<byte> hashes)
    {
        int lanes = TLanes.Lanes, count = messages.Length / length, blocks = (length + Padding + BlockSize - 1) / BlockSize;
        Span<ulong> state = stackalloc ulong[StateWords * MaxLanes], block = stackalloc ulong[Words * MaxLanes];
        Span<byte> padded = stackalloc byte[BlockSize];
        block.Clear();
        for (int first = 0; first < count; first += lanes)
        {
            int present = Math.Min(lanes, count - first);
            for (int word = 0; word < StateWords; word++)
            {
                TLanes.Store(TLanes.Create(Initial[word]), ref state[word * lanes], 0);
            }

            for (int b = 0; b < blocks; b++)
            {
                // Lanes without a message hash what they held before.
                for (int lane = 0; lane < present; lane++)
                {
                    Enter(messages.Slice((first + lane) * length, length), b, padded, ref block[lane]);
                }

                Compress(state, block);
            }

            for (int lane = 0; lane < present; lane++)
            {
                Span<byte> hash = hashes.Slice((first + lane) * SHA512.HashSizeInBytes, SHA512.HashSizeInBytes);
                for (int word = 0; word < StateWords; word++)
                {
                    BinaryPrimitives.WriteUInt64BigEndian(hash[(word * WordSize)..], state[(word * lanes) + lane]);
                }
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(state));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(block));
        CryptographicOperations.ZeroMemory(padded);
    }

    // Block b of a padded message, each word a register's length after the one before it.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Enter(ReadOnlySpan<byte> message, int b, Span<byte> padded, ref ulong block)
    {
        ReadOnlySpan<byte> rest = message[Math.Min(b * BlockSize, message.Length)..];
        if (rest.Length < BlockSize)
        {
            padded.Clear();
            rest.CopyTo(padded);

            // A message that ended before this block has its bit in the block before.
            if (rest.Length > 0 || b * BlockSize == message.Length)
            {
                padded[rest.Length] = 0x80;
            }

            if (rest.Length + Padding <= BlockSize)
            {
                BinaryPrimitives.WriteInt64BigEndian(padded[^WordSize..], 8L * message.Length);
            }

            rest = padded;
        }

        ref byte from = ref MemoryMarshal.GetReference(rest);
        for (nint word = 0; word < Words; word++)
        {
            ulong value = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref from, word * WordSize));
            Unsafe.Add(ref block, word * TLanes.Lanes) = BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(value) : value;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(Span<ulong> state, Span<ulong> block)
    {
        ref ulong s = ref MemoryMarshal.GetReference(state);
        ref ulong w = ref MemoryMarshal.GetReference(block);
        ref ulong k = ref MemoryMarshal.GetArrayDataReference(Constants);
        T a = Load(ref s, 0), b = Load(ref s, 1), c = Load(ref s, 2), d = Load(ref s, 3);
        T e = Load(ref s, 4), f = Load(ref s, 5), g = Load(ref s, 6), h = Load(ref s, 7);
        for (int t = 0; t < Rounds; t += 8)
        {
            if (t >= Words)
            {
                Schedule(ref w, t & 8);
            }

            ref ulong eight = ref Unsafe.Add(ref w, (nint)(t & 8) * TLanes.Lanes);
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

    // The sixteen words are a ring: word t replaces word t - 16.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Schedule(ref ulong w, int first)
    {
        for (int t = first; t < first + 8; t++)
        {
            T sum = TLanes.Add(Load(ref w, t), TLanes.SmallSigma0(Load(ref w, (t + 1) & 15)));
            sum = TLanes.Add(sum, TLanes.Add(Load(ref w, (t + 9) & 15), TLanes.SmallSigma1(Load(ref w, (t + 14) & 15))));
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
    private static T Word(ref ulong eight, int i, ref ulong constants, int t) =>
        TLanes.Add(Load(ref eight, i), TLanes.Create(Unsafe.Add(ref constants, t + i)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Load(ref ulong words, int i) => TLanes.Load(ref words, (nint)i * TLanes.Lanes);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(ref ulong state, int i, T value) =>
        TLanes.Store(TLanes.Add(Load(ref state, i), value), ref state, (nint)i * TLanes.Lanes);
}
