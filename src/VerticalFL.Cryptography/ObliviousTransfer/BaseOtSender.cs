// The sender's side of the base oblivious transfer; reference, parameters and adversary in BaseOtReceiver.cs.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Ristretto255;

namespace VerticalFL.Cryptography.ObliviousTransfer;

/// <summary>The side that gets both keys of every transfer. It keeps nothing.</summary>
internal static class BaseOtSender
{
    /// <summary>Answers a receiver.</summary>
    /// <param name="session">32 bytes, as at the receiver.</param>
    /// <param name="request">The receiver's message.</param>
    /// <param name="answer">Receives <see cref="BaseOtSuite.AnswerSize"/> bytes to send back.</param>
    /// <param name="keys0">128 keys of 32 bytes for choice 0.</param>
    /// <param name="keys1">The same for choice 1.</param>
    /// <returns>False for a wrong length, a bad encoding or the identity; all outputs are then zero.</returns>
    public static bool TryAnswer(
        ReadOnlySpan<byte> session, ReadOnlySpan<byte> request, Span<byte> answer, Span<byte> keys0, Span<byte> keys1)
    {
        byte[] id = BaseOtSuite.CopySession(session);
        byte[] elements = new byte[BaseOtSuite.AnswerSize];
        Span<Scalar> scalars = stackalloc Scalar[BaseOtSuite.Count];
        Span<byte> shared0 = stackalloc byte[BaseOtSuite.AnswerSize], shared1 = stackalloc byte[BaseOtSuite.AnswerSize];
        Span<byte> bases = stackalloc byte[BaseOtSuite.AnswerSize];
        Span<byte> sums0 = stackalloc byte[BaseOtSuite.AnswerSize], sums1 = stackalloc byte[BaseOtSuite.AnswerSize];
        for (int i = 0; i < BaseOtSuite.Count; i++)
        {
            scalars[i] = Scalar.Random();
            RistrettoPoint.Generator.Encode(bases.Slice(i * RistrettoPoint.Size, RistrettoPoint.Size));
        }

        // A_0 and A_1 are no secrets: the receiver's elements, each with the oracle at the other.
        bool good = TrySum(id, request, 0, sums0) && TrySum(id, request, 1, sums1)
            && BaseOtSuite.TryMultiply(scalars, bases, elements)
            && BaseOtSuite.TryMultiply(scalars, sums0, shared0)
            && BaseOtSuite.TryMultiply(scalars, sums1, shared1);
        answer.Clear();
        keys0.Clear();
        keys1.Clear();
        if (good)
        {
            elements.CopyTo(answer);
            byte[] pairs = request.ToArray();
            for (int i = 0; i < BaseOtSuite.Count; i++)
            {
                int at = i * RistrettoPoint.Size;
                Memory<byte> pair = pairs.AsMemory(2 * at, 2 * RistrettoPoint.Size), element = elements.AsMemory(at, RistrettoPoint.Size);
                Range key = (i * BaseOtSuite.KeySize)..((i + 1) * BaseOtSuite.KeySize);
                BaseOtSuite.DeriveKey(id, i, 0, shared0.Slice(at, RistrettoPoint.Size), pair, element, keys0[key]);
                BaseOtSuite.DeriveKey(id, i, 1, shared1.Slice(at, RistrettoPoint.Size), pair, element, keys1[key]);
            }
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(scalars));
        CryptographicOperations.ZeroMemory(shared0);
        CryptographicOperations.ZeroMemory(shared1);
        return good;
    }

    /// <summary>The encodings of r_b + H_b(r_(1-b)) for all transfers.</summary>
    private static bool TrySum(byte[] session, ReadOnlySpan<byte> request, int choice, Span<byte> sums)
    {
        if (request.Length != BaseOtSuite.RequestSize)
        {
            return false;
        }

        for (int i = 0; i < BaseOtSuite.Count; i++)
        {
            ReadOnlySpan<byte> own = request.Slice(((2 * i) + choice) * RistrettoPoint.Size, RistrettoPoint.Size);
            ReadOnlySpan<byte> other = request.Slice(((2 * i) + 1 - choice) * RistrettoPoint.Size, RistrettoPoint.Size);
            if (!RistrettoPoint.TryDecode(own, out RistrettoPoint element) || element.IsIdentity)
            {
                return false;
            }

            (element + BaseOtSuite.Oracle(session, i, choice, other)).Encode(sums.Slice(i * RistrettoPoint.Size, RistrettoPoint.Size));
        }

        return true;
    }
}
