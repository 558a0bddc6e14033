// What both sides of the base oblivious transfer compute alike; see BaseOtReceiver.cs.
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Ristretto255;
using VerticalFL.Cryptography.Ristretto255.Backends;

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

    private static readonly Scalar Half = Scalar.FromUInt64(2).Invert();

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

    /// <summary>The encodings of scalar * element for encoded elements, many at a time.</summary>
    /// <returns>False for a bad encoding or the identity.</returns>
    public static bool TryMultiply(ReadOnlySpan<Scalar> scalars, ReadOnlySpan<byte> elements, Span<byte> products)
    {
        // What is encoded is the double of the product.
        Span<Scalar> halves = stackalloc Scalar[IPointBackend.MaxBatch];
        bool good = true;
        for (int first = 0; first < scalars.Length && good; first += IPointBackend.MaxBatch)
        {
            int count = Math.Min(IPointBackend.MaxBatch, scalars.Length - first);
            for (int i = 0; i < count; i++)
            {
                halves[i] = scalars[first + i] * Half;
            }

            int at = first * RistrettoPoint.Size, size = count * RistrettoPoint.Size;
            good = PointBackends.Fastest.TryMultiplyEncoded(halves[..count], elements.Slice(at, size), products.Slice(at, size));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(halves));
        return good;
    }

    /// <summary>The key of one choice from the shared element's encoding and all that was sent for this transfer.</summary>
    public static void DeriveKey(
        byte[] session,
        int index,
        int choice,
        ReadOnlySpan<byte> shared,
        ReadOnlyMemory<byte> pair,
        ReadOnlyMemory<byte> answer,
        Span<byte> key) => KeyDerivation.Derive(shared, session, KeyLabel, key, Place(index, choice), pair, answer);

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
