// What both sides of the base oblivious transfer compute alike; see BaseOtReceiver.cs.
using System.Buffers.Binary;
using System.Text;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Ristretto255;

namespace VerticalFL.Cryptography.ObliviousTransfer;

internal static class BaseOtSuite
{
    /// <summary>How many transfers one exchange makes: a choice for each bit of a block.</summary>
    public const int Count = 128;

    /// <summary>Bytes of a transferred key.</summary>
    public const int KeySize = 32;

    /// <summary>Bytes of the public session identifier.</summary>
    public const int SessionSize = 32;

    /// <summary>Bytes of the receiver's message: two elements for each transfer.</summary>
    public const int RequestSize = Count * 2 * RistrettoPoint.Size;

    /// <summary>Bytes of the sender's message: one element for each transfer.</summary>
    public const int AnswerSize = Count * RistrettoPoint.Size;

    private const string KeyLabel = "vfl/v1/ot/key";

    private static readonly byte[] GroupTag = Encoding.ASCII.GetBytes("vfl/v1/ot/base-with-ristretto255_XMD:SHA-512_R255MAP_RO_");

    /// <summary>The random oracle H_b of one transfer, at the other element's encoding.</summary>
    public static RistrettoPoint Oracle(ReadOnlySpan<byte> session, int index, int choice, ReadOnlySpan<byte> other)
    {
        Span<byte> input = stackalloc byte[SessionSize + 5 + RistrettoPoint.Size];
        session.CopyTo(input);
        Place(index, choice).CopyTo(input[SessionSize..]);
        other.CopyTo(input[(SessionSize + 5)..]);
        return HashToGroup.Hash(input, GroupTag);
    }

    /// <summary>The key of one choice from the shared element and all that was sent for this transfer.</summary>
    public static void DeriveKey(
        byte[] session,
        int index,
        int choice,
        RistrettoPoint shared,
        ReadOnlyMemory<byte> pair,
        ReadOnlyMemory<byte> answer,
        Span<byte> key)
    {
        Span<byte> secret = stackalloc byte[RistrettoPoint.Size];
        shared.Encode(secret);
        KeyDerivation.Derive(secret, session, KeyLabel, key, Place(index, choice), pair, answer);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(secret);
    }

    public static byte[] CopySession(ReadOnlySpan<byte> session) => session.Length == SessionSize
        ? session.ToArray()
        : throw new ArgumentException($"A session identifier has {SessionSize} bytes, not {session.Length}.", nameof(session));

    private static byte[] Place(int index, int choice)
    {
        byte[] place = new byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(place, (uint)index);
        place[4] = (byte)choice;
        return place;
    }
}
