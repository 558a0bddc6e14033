using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;

namespace VerticalFL.Alignment.Oprfs;

/// <summary>
/// What the protocol uses of the OPRF between the leader and one follower: two independent pseudorandom values for each item, each for one
/// purpose. 16 bytes, read big-endian, so that values compare as their bytes do.
/// </summary>
internal sealed class OprfValues : IDisposable
{
    /// <summary>The size of a raw OPRF value that <see cref="Expand"/> takes, in bytes.</summary>
    public const int RawSize = 64;

    private const int Size = 16;

    private readonly UInt128[] _pads;
    private readonly UInt128[] _announcements;
    private readonly byte[] _padInfo;
    private readonly byte[] _announcementInfo;

    public OprfValues(AlignmentSession session, PartyId follower, int count)
    {
        _pads = GC.AllocateArray<UInt128>(count, pinned: true);
        _announcements = GC.AllocateArray<UInt128>(count, pinned: true);
        _padInfo = KeyDerivation.HashInputs(KeyLabels.PsiOprf, session.Id, Inputs.Of(follower.Value));
        _announcementInfo = KeyDerivation.HashInputs(KeyLabels.PsiAnnounce, session.Id, Inputs.Of(follower.Value));
    }

    public int Count => _pads.Length;

    /// <summary>Tags between two parties, or pads of the zero-shares in the star.</summary>
    public Span<UInt128> Pads => _pads;

    /// <summary>What the leader announces common items with.</summary>
    public Span<UInt128> Announcements => _announcements;

    /// <summary>
    /// Sets both values from raw ones of 64 bytes each, from item <paramref name="first"/> on, and zeroes those:
    /// HKDF-Expand(F(x), info = SHA-256(label, session id, follower)). Different items may be set side by side.
    /// </summary>
    public void Expand(int first, Span<byte> raw)
    {
        Span<byte> expanded = stackalloc byte[Size];
        for (int i = 0; i < raw.Length / RawSize; i++)
        {
            Span<byte> value = raw.Slice(i * RawSize, RawSize);
            HKDF.Expand(HashAlgorithmName.SHA256, value, expanded, _padInfo);
            _pads[first + i] = BinaryPrimitives.ReadUInt128BigEndian(expanded);
            HKDF.Expand(HashAlgorithmName.SHA256, value, expanded, _announcementInfo);
            _announcements[first + i] = BinaryPrimitives.ReadUInt128BigEndian(expanded);
        }

        CryptographicOperations.ZeroMemory(raw);
        CryptographicOperations.ZeroMemory(expanded);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_pads.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_announcements.AsSpan()));
    }
}
