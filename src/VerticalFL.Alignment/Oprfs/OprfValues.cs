using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;

namespace VerticalFL.Alignment.Oprfs;

/// <summary>
/// What the protocol uses of the OPRF between the leader and one follower: two independent pseudorandom values for each item, each for one
/// purpose. 16 bytes, read big-endian, so that values compare as their bytes do.
/// </summary>
internal sealed class OprfValues : IDisposable
{
    /// <summary>The size of a raw OPRF value that <see cref="Expand"/> takes, in bytes.</summary>
    public const int RawSize = KeyExpansion.SecretSize;

    private readonly SecretBuffer<UInt128> _pads;
    private readonly SecretBuffer<UInt128> _announcements;
    private readonly SecretBuffer<int> _items;
    private readonly byte[] _padInfo;
    private readonly byte[] _announcementInfo;

    public OprfValues(AlignmentSession session, PartyId follower, int count)
    {
        _pads = new SecretBuffer<UInt128>(count);
        _announcements = new SecretBuffer<UInt128>(count);
        _items = new SecretBuffer<int>(count);
        for (int i = 0; i < count; i++)
        {
            Items[i] = i;
        }

        _padInfo = KeyDerivation.HashInputs(KeyLabels.PsiOprf, session.Id, Inputs.Of(follower.Value));
        _announcementInfo = KeyDerivation.HashInputs(KeyLabels.PsiAnnounce, session.Id, Inputs.Of(follower.Value));
    }

    public int Count => _items.Length;

    /// <summary>Which item each value is of. As long as an OPRF sets nothing else: value i of item i.</summary>
    public Span<int> Items => _items.Span;

    /// <summary>Tags between two parties, or pads of the zero-shares in the star.</summary>
    public Span<UInt128> Pads => _pads.Span;

    /// <summary>What the leader announces common items with.</summary>
    public Span<UInt128> Announcements => _announcements.Span;

    /// <summary>Zeroes and releases the pads, when nothing more is to be recognised by them.</summary>
    public void ReleasePads() => _pads.Dispose();

    /// <summary>
    /// Sets both values from raw ones of 64 bytes each, from item <paramref name="first"/> on, and zeroes those:
    /// HKDF-Expand(F(x), info = SHA-256(label, session id, follower)). Different items may be set side by side.
    /// </summary>
    public void Expand(int first, Span<byte> raw)
    {
        using var expansion = new KeyExpansion();
        int count = raw.Length / RawSize;
        expansion.Expand(raw, _padInfo, Pads.Slice(first, count));
        expansion.Expand(raw, _announcementInfo, Announcements.Slice(first, count));
        CryptographicOperations.ZeroMemory(raw);
    }

    /// <summary>The sum of the announcements of marked items, 16 bytes: random to who lacks one of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public byte[] SumOfAnnouncements(ItemMarks marked)
    {
        ReadOnlySpan<UInt128> all = Announcements;
        ReadOnlySpan<int> items = Items;
        UInt128 sum = 0;
        for (int i = 0; i < all.Length; i++)
        {
            ulong mask = marked[items[i]] ? ulong.MaxValue : 0;
            sum ^= all[i] & new UInt128(mask, mask);
        }

        byte[] bytes = new byte[AlignmentLimits.MaxTagSize];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, sum);
        return bytes;
    }

    public void Dispose()
    {
        _pads.Dispose();
        _announcements.Dispose();
        _items.Dispose();
    }
}
