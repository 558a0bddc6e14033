// AES-128 under a fixed key with the x86 instructions, eight blocks interleaved: an AESENC takes about four cycles and two start per cycle.
// Reference: FIPS 197 section 5.2 for the key expansion.
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using VerticalFL.Cryptography.Fields;
using X86Aes = System.Runtime.Intrinsics.X86.Aes;

namespace VerticalFL.Cryptography.Prg.Backends;

internal sealed class X86FixedKey : IFixedKeyBackend
{
    private const int Rounds = 10;
    private const int Lanes = 8;

    private readonly Vector128<byte>[] _roundKeys = new Vector128<byte>[Rounds + 1];

    public X86FixedKey(ReadOnlySpan<byte> key)
    {
        Vector128<byte> k = Vector128.Create(key);
        _roundKeys[0] = k;
        for (int i = 1; i <= Rounds; i++)
        {
            k = Spread(k) ^ Vector128.Shuffle(Assist(k, i).AsUInt32(), Vector128.Create(3u)).AsByte();
            _roundKeys[i] = k;
        }
    }

    public static bool IsSupported => X86Aes.IsSupported;

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Hash(ulong domain, ulong first, ReadOnlySpan<Gf128> blocks, Span<Gf128> hashes)
    {
        ref byte source = ref Unsafe.As<Gf128, byte>(ref MemoryMarshal.GetReference(blocks));
        ref byte destination = ref Unsafe.As<Gf128, byte>(ref MemoryMarshal.GetReference(hashes));
        int i = 0;
        for (; i + Lanes <= blocks.Length; i += Lanes)
        {
            Eight b = Load(ref Unsafe.Add(ref source, (nint)i * Gf128.Size));
            Encrypt(ref b);
            Eight inner = b;
            Tweak(ref b, domain, first + (ulong)i);
            Encrypt(ref b);
            Store(b, inner, ref Unsafe.Add(ref destination, (nint)i * Gf128.Size));
        }

        for (; i < blocks.Length; i++)
        {
            Vector128<byte> inner = Encrypt(Vector128.LoadUnsafe(ref source, (nuint)i * Gf128.Size));
            Vector128<byte> outer = Encrypt(inner ^ Vector128.Create(first + (ulong)i, domain).AsByte());
            (outer ^ inner).StoreUnsafe(ref destination, (nuint)i * Gf128.Size);
        }
    }

    [SkipLocalsInit]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Double(ulong domain, ulong first, ReadOnlySpan<Gf128> seeds, Span<Gf128> children)
    {
        ref byte source = ref Unsafe.As<Gf128, byte>(ref MemoryMarshal.GetReference(seeds));
        ref byte destination = ref Unsafe.As<Gf128, byte>(ref MemoryMarshal.GetReference(children));
        int i = 0;
        for (; i + Lanes <= children.Length / 2; i += Lanes)
        {
            Eight inner = Load(ref Unsafe.Add(ref source, (nint)i * Gf128.Size));
            Encrypt(ref inner);
            ref byte to = ref Unsafe.Add(ref destination, (nint)i * 2 * Gf128.Size);
            Eight left = new(inner.B0, inner.B0, inner.B1, inner.B1, inner.B2, inner.B2, inner.B3, inner.B3);
            Eight outer = left;
            Tweak(ref outer, domain, 2 * (first + (ulong)i));
            Encrypt(ref outer);
            Store(outer, left, ref to);
            Eight right = new(inner.B4, inner.B4, inner.B5, inner.B5, inner.B6, inner.B6, inner.B7, inner.B7);
            outer = right;
            Tweak(ref outer, domain, (2 * (first + (ulong)i)) + Lanes);
            Encrypt(ref outer);
            Store(outer, right, ref Unsafe.Add(ref to, Lanes * Gf128.Size));
        }

        for (int child = 2 * i; child < children.Length; child++)
        {
            Vector128<byte> inner = Encrypt(Vector128.LoadUnsafe(ref source, (nuint)(child / 2) * Gf128.Size));
            Vector128<byte> outer = Encrypt(inner ^ Vector128.Create((2 * first) + (ulong)child, domain).AsByte());
            (outer ^ inner).StoreUnsafe(ref destination, (nuint)child * Gf128.Size);
        }
    }

    public void Dispose()
    {
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Eight Load(ref byte from) => new(
        Vector128.LoadUnsafe(ref from, 0),
        Vector128.LoadUnsafe(ref from, 16),
        Vector128.LoadUnsafe(ref from, 32),
        Vector128.LoadUnsafe(ref from, 48),
        Vector128.LoadUnsafe(ref from, 64),
        Vector128.LoadUnsafe(ref from, 80),
        Vector128.LoadUnsafe(ref from, 96),
        Vector128.LoadUnsafe(ref from, 112));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in Eight a, in Eight b, ref byte to)
    {
        (a.B0 ^ b.B0).StoreUnsafe(ref to, 0);
        (a.B1 ^ b.B1).StoreUnsafe(ref to, 16);
        (a.B2 ^ b.B2).StoreUnsafe(ref to, 32);
        (a.B3 ^ b.B3).StoreUnsafe(ref to, 48);
        (a.B4 ^ b.B4).StoreUnsafe(ref to, 64);
        (a.B5 ^ b.B5).StoreUnsafe(ref to, 80);
        (a.B6 ^ b.B6).StoreUnsafe(ref to, 96);
        (a.B7 ^ b.B7).StoreUnsafe(ref to, 112);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tweak(ref Eight b, ulong domain, ulong counter)
    {
        b.B0 ^= Vector128.Create(counter, domain).AsByte();
        b.B1 ^= Vector128.Create(counter + 1, domain).AsByte();
        b.B2 ^= Vector128.Create(counter + 2, domain).AsByte();
        b.B3 ^= Vector128.Create(counter + 3, domain).AsByte();
        b.B4 ^= Vector128.Create(counter + 4, domain).AsByte();
        b.B5 ^= Vector128.Create(counter + 5, domain).AsByte();
        b.B6 ^= Vector128.Create(counter + 6, domain).AsByte();
        b.B7 ^= Vector128.Create(counter + 7, domain).AsByte();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Encrypt(ref Eight b)
    {
        ref Vector128<byte> keys = ref MemoryMarshal.GetArrayDataReference(_roundKeys);
        Vector128<byte> key = keys;
        Vector128<byte> b0 = b.B0 ^ key, b1 = b.B1 ^ key, b2 = b.B2 ^ key, b3 = b.B3 ^ key;
        Vector128<byte> b4 = b.B4 ^ key, b5 = b.B5 ^ key, b6 = b.B6 ^ key, b7 = b.B7 ^ key;
        for (int round = 1; round < Rounds; round++)
        {
            key = Unsafe.Add(ref keys, round);
            b0 = X86Aes.Encrypt(b0, key);
            b1 = X86Aes.Encrypt(b1, key);
            b2 = X86Aes.Encrypt(b2, key);
            b3 = X86Aes.Encrypt(b3, key);
            b4 = X86Aes.Encrypt(b4, key);
            b5 = X86Aes.Encrypt(b5, key);
            b6 = X86Aes.Encrypt(b6, key);
            b7 = X86Aes.Encrypt(b7, key);
        }

        key = Unsafe.Add(ref keys, Rounds);
        b.B0 = X86Aes.EncryptLast(b0, key);
        b.B1 = X86Aes.EncryptLast(b1, key);
        b.B2 = X86Aes.EncryptLast(b2, key);
        b.B3 = X86Aes.EncryptLast(b3, key);
        b.B4 = X86Aes.EncryptLast(b4, key);
        b.B5 = X86Aes.EncryptLast(b5, key);
        b.B6 = X86Aes.EncryptLast(b6, key);
        b.B7 = X86Aes.EncryptLast(b7, key);
    }

    private Vector128<byte> Encrypt(Vector128<byte> block)
    {
        block ^= _roundKeys[0];
        for (int round = 1; round < Rounds; round++)
        {
            block = X86Aes.Encrypt(block, _roundKeys[round]);
        }

        return X86Aes.EncryptLast(block, _roundKeys[Rounds]);
    }

    // w0, w0^w1, w0^w1^w2, w0^w1^w2^w3.
    private static Vector128<byte> Spread(Vector128<byte> w)
    {
        Vector128<byte> r = w ^ ShiftWord(w);
        return r ^ ShiftWord(ShiftWord(r));
    }

    private static Vector128<byte> ShiftWord(Vector128<byte> w) =>
        Vector128.Shuffle(w, Vector128.Create((byte)255, 255, 255, 255, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11));

    // The instruction takes its round constant as an immediate.
    private static Vector128<byte> Assist(Vector128<byte> w, int i) => i switch
    {
        1 => X86Aes.KeygenAssist(w, 0x01),
        2 => X86Aes.KeygenAssist(w, 0x02),
        3 => X86Aes.KeygenAssist(w, 0x04),
        4 => X86Aes.KeygenAssist(w, 0x08),
        5 => X86Aes.KeygenAssist(w, 0x10),
        6 => X86Aes.KeygenAssist(w, 0x20),
        7 => X86Aes.KeygenAssist(w, 0x40),
        8 => X86Aes.KeygenAssist(w, 0x80),
        9 => X86Aes.KeygenAssist(w, 0x1b),
        _ => X86Aes.KeygenAssist(w, 0x36),
    };

    /// <summary>Eight blocks that stay in registers.</summary>
    private struct Eight(
        Vector128<byte> b0, Vector128<byte> b1, Vector128<byte> b2, Vector128<byte> b3,
        Vector128<byte> b4, Vector128<byte> b5, Vector128<byte> b6, Vector128<byte> b7)
    {
        public Vector128<byte> B0 = b0;
        public Vector128<byte> B1 = b1;
        public Vector128<byte> B2 = b2;
        public Vector128<byte> B3 = b3;
        public Vector128<byte> B4 = b4;
        public Vector128<byte> B5 = b5;
        public Vector128<byte> B6 = b6;
        public Vector128<byte> B7 = b7;
    }
}
