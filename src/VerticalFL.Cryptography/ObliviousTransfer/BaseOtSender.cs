// The sender's side of the base oblivious transfer; reference, parameters and adversary in BaseOtReceiver.cs.
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
        answer.Clear();
        keys0.Clear();
        keys1.Clear();
        if (request.Length != BaseOtSuite.RequestSize)
        {
            return false;
        }

        for (int i = 0; i < BaseOtSuite.Count; i++)
        {
            byte[] pair = request.Slice(i * 2 * RistrettoPoint.Size, 2 * RistrettoPoint.Size).ToArray();
            ReadOnlySpan<byte> r0 = pair.AsSpan(0, RistrettoPoint.Size), r1 = pair.AsSpan(RistrettoPoint.Size);
            if (!RistrettoPoint.TryDecode(r0, out RistrettoPoint zero) || !RistrettoPoint.TryDecode(r1, out RistrettoPoint one)
                || zero.IsIdentity || one.IsIdentity)
            {
                answer.Clear();
                keys0.Clear();
                keys1.Clear();
                return false;
            }

            var scalar = Scalar.Random();
            byte[] element = RistrettoPoint.MultiplyGenerator(scalar).ToArray();
            element.CopyTo(answer[(i * RistrettoPoint.Size)..]);
            zero += BaseOtSuite.Oracle(id, i, 0, r1);
            one += BaseOtSuite.Oracle(id, i, 1, r0);
            BaseOtSuite.DeriveKey(id, i, 0, scalar * zero, pair, element, keys0.Slice(i * BaseOtSuite.KeySize, BaseOtSuite.KeySize));
            BaseOtSuite.DeriveKey(id, i, 1, scalar * one, pair, element, keys1.Slice(i * BaseOtSuite.KeySize, BaseOtSuite.KeySize));
        }

        return true;
    }
}
