using System.Security.Cryptography;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;

namespace VerticalFL.Alignment.Oprfs;

/// <summary>
/// What the protocol uses of the OPRF values F(x) between the leader and one follower, each for one purpose:
/// HKDF-Expand(F(x), info = SHA-256(label, session id, follower)), 16 bytes a purpose. The raw values are not kept.
/// </summary>
internal sealed class OprfValues : IDisposable
{
    /// <summary>The size of a raw OPRF value, in bytes.</summary>
    public const int RawSize = 64;

    private const int Size = 16;

    private readonly byte[] _pads;
    private readonly byte[] _announcements;
    private readonly byte[] _padInfo;
    private readonly byte[] _announcementInfo;

    public OprfValues(AlignmentSession session, PartyId follower, int count)
    {
        Count = count;
        _pads = new byte[count * Size];
        _announcements = new byte[count * Size];
        _padInfo = KeyDerivation.HashInputs(KeyLabels.PsiOprf, session.Id, Inputs.Of(follower.Value));
        _announcementInfo = KeyDerivation.HashInputs(KeyLabels.PsiAnnounce, session.Id, Inputs.Of(follower.Value));
    }

    public int Count { get; }

    /// <summary>Tag between two parties, or pad of a zero-share in the star.</summary>
    public ReadOnlyMemory<byte> Pad(int item) => _pads.AsMemory(item * Size, Size);

    /// <summary>What the leader announces a common item with.</summary>
    public ReadOnlyMemory<byte> Announcement(int item) => _announcements.AsMemory(item * Size, Size);

    /// <summary>
    /// Takes raw values of 64 bytes each, from item <paramref name="first"/> on, and zeroes them. Different items may be set side by side.
    /// </summary>
    public void Set(int first, Span<byte> raw)
    {
        for (int i = 0; i < raw.Length / RawSize; i++)
        {
            Span<byte> value = raw.Slice(i * RawSize, RawSize);
            int at = (first + i) * Size;
            HKDF.Expand(HashAlgorithmName.SHA256, value, _pads.AsSpan(at, Size), _padInfo);
            HKDF.Expand(HashAlgorithmName.SHA256, value, _announcements.AsSpan(at, Size), _announcementInfo);
        }

        CryptographicOperations.ZeroMemory(raw);
    }

    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_pads);
        CryptographicOperations.ZeroMemory(_announcements);
    }
}
