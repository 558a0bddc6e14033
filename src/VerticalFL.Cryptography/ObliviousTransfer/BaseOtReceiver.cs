// Base oblivious transfer: 128 pairs of keys at the sender, of which the receiver learns the ones that it chooses.
//
// Reference: Masny, Rindal, "Endemic Oblivious Transfer" (2019, ePrint 2019/706), section 5, the Diffie-Hellman instance, one round.
// Receiver with choice c: U uniform, a random; r_(1-c) = U, r_c = a G - H_c(U). Sender: A_b = r_b + H_b(r_(1-b)), answer B = b' G with a
// fresh b' for each transfer; key_b = KDF(b' A_b). Receiver: key_c = KDF(a B).
// Parameters: ristretto255, 128 transfers, keys of 32 bytes; the KDF and the oracle bind session, index, choice and (KDF) both messages.
// Adversary: malicious in both roles, in the random oracle model, for endemic transfers: a corrupt party may bias the keys that it learns,
// never learn the other one or the choice. The choice is hidden perfectly. Constant time in choices and scalars.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Ristretto255;

namespace VerticalFL.Cryptography.ObliviousTransfer;

/// <summary>The side with the choices. One object, one exchange.</summary>
internal sealed class BaseOtReceiver : IDisposable
{
    private readonly byte[] _session;
    private readonly byte[] _request = new byte[BaseOtSuite.RequestSize];
    private readonly Gf128[] _choices = GC.AllocateArray<Gf128>(1, pinned: true);
    private readonly Scalar[] _scalars = GC.AllocateArray<Scalar>(BaseOtSuite.Count, pinned: true);

    private bool _done;

    /// <summary>Draws the secrets of an exchange.</summary>
    /// <param name="session">32 bytes, public, unique to the exchange and the same at both parties.</param>
    /// <param name="choices">Bit i is the choice of transfer i.</param>
    public BaseOtReceiver(ReadOnlySpan<byte> session, Gf128 choices)
    {
        _session = BaseOtSuite.CopySession(session);
        _choices[0] = choices;
        Span<byte> uniform = stackalloc byte[RistrettoPoint.UniformSize];
        Span<byte> chosen = stackalloc byte[RistrettoPoint.Size];
        Span<byte> other = stackalloc byte[RistrettoPoint.Size];
        for (int i = 0; i < BaseOtSuite.Count; i++)
        {
            int choice = choices.Bit(i);
            RandomNumberGenerator.Fill(uniform);
            RistrettoPoint.FromUniformBytes(uniform).Encode(other);
            _scalars[i] = Scalar.Random();
            (RistrettoPoint.MultiplyGenerator(_scalars[i]) - BaseOtSuite.Oracle(_session, i, choice, other)).Encode(chosen);

            // The chosen element comes first for choice 0, second for choice 1.
            byte swap = (byte)-choice;
            Span<byte> pair = _request.AsSpan(i * 2 * RistrettoPoint.Size, 2 * RistrettoPoint.Size);
            for (int k = 0; k < RistrettoPoint.Size; k++)
            {
                byte difference = (byte)((chosen[k] ^ other[k]) & swap);
                pair[k] = (byte)(chosen[k] ^ difference);
                pair[RistrettoPoint.Size + k] = (byte)(other[k] ^ difference);
            }
        }

        CryptographicOperations.ZeroMemory(uniform);
        CryptographicOperations.ZeroMemory(chosen);
        CryptographicOperations.ZeroMemory(other);
    }

    /// <summary>The message to the sender, <see cref="BaseOtSuite.RequestSize"/> bytes.</summary>
    public ReadOnlyMemory<byte> Request => _request;

    /// <summary>Computes the chosen keys from the sender's answer.</summary>
    /// <param name="answer"><see cref="BaseOtSuite.AnswerSize"/> bytes.</param>
    /// <param name="keys">128 keys of 32 bytes.</param>
    /// <returns>False for a wrong length, a bad encoding or the identity; the keys are then zero.</returns>
    /// <exception cref="InvalidOperationException">The exchange has ended.</exception>
    public bool TryFinish(ReadOnlySpan<byte> answer, Span<byte> keys)
    {
        if (_done)
        {
            throw new InvalidOperationException("An exchange of base transfers ends once; start a new one.");
        }

        _done = true;
        if (keys.Length != BaseOtSuite.Count * BaseOtSuite.KeySize)
        {
            throw new ArgumentException($"The chosen keys take {BaseOtSuite.Count * BaseOtSuite.KeySize} bytes.", nameof(keys));
        }

        keys.Clear();
        if (answer.Length != BaseOtSuite.AnswerSize)
        {
            return false;
        }

        byte[] elements = answer.ToArray();
        Span<byte> shared = stackalloc byte[BaseOtSuite.AnswerSize];
        bool good = BaseOtSuite.TryMultiply(_scalars, elements, shared);
        for (int i = 0; i < BaseOtSuite.Count && good; i++)
        {
            int at = i * RistrettoPoint.Size;
            BaseOtSuite.DeriveKey(
                _session,
                i,
                _choices[0].Bit(i),
                shared.Slice(at, RistrettoPoint.Size),
                _request.AsMemory(2 * at, 2 * RistrettoPoint.Size),
                elements.AsMemory(at, RistrettoPoint.Size),
                keys.Slice(i * BaseOtSuite.KeySize, BaseOtSuite.KeySize));
        }

        CryptographicOperations.ZeroMemory(shared);
        return good;
    }

    /// <summary>Zeroes choices and scalars.</summary>
    public void Dispose()
    {
        _done = true;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_choices.AsSpan()));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_scalars.AsSpan()));
    }
}
