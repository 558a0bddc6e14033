// Label differential privacy by randomised response.
// What:        a patient's outcome of two classes is reported as the other one with probability 1 / (1 + e^epsilon). Training sees reports only.
// Reference:   Warner 1965, "Randomized Response"; Ghazi et al. 2021, "Deep Learning with Label Differential Privacy", section 2. The draw is made once and
//              kept for good, as the permanent response of Erlingsson et al. 2014 (RAPPOR), section 2.
// Parameters:  epsilon. The key is 32 bytes of the operating system's, the party's for good: the same patient, outcome and epsilon give the same report in
//              every run of every study, so that repetition shows nothing more, as long as the secret is kept: a party that loses it draws again.
// Adversary:   anybody who sees everything the label party sends, colluding with all others, with any background knowledge: epsilon-label-DP per patient
//              and question, under the PRF assumption on HMAC-SHA256. The question is what is asked, epsilon, and the identifier columns and kinds by which
//              patients are named. NOT covered: the sum over questions. Each other one draws anew and adds its own epsilon, also one that differs only in
//              the identifiers or in the last digit of epsilon; the party's privacy ledger adds them up.
using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Keys;

namespace VerticalFL.Training.LabelProtection;

/// <summary>Reports outcomes of two classes, each patient's the same way every time. Disposing zeroes the key.</summary>
public sealed class RandomizedResponse : IDisposable
{
    private static readonly byte[] Purpose = "label-report"u8.ToArray();
    private readonly SecretKey _key;
    private readonly ulong _threshold;

    /// <summary>Makes the response to one question.</summary>
    /// <param name="secret">The party's secret for reports: 32 bytes from the operating system, kept sealed for good.</param>
    /// <param name="question">What is asked about a patient: the outcome's column and which value counts as one.</param>
    /// <param name="epsilon">Above 0, at most 20.</param>
    public RandomizedResponse(ReadOnlySpan<byte> secret, ReadOnlySpan<byte> question, double epsilon)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, NoiseSeed.Size);
        byte[] size = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleBigEndian(size, epsilon);
        FlipProbability = FlipProbabilityOf(epsilon);
        _threshold = (ulong)(FlipProbability * Math.Pow(2, 64));
        _key = SecretKey.Derive(secret, [], KeyLabels.Noise, NoiseSeed.Size, Purpose, question.ToArray(), size);
    }

    /// <summary>How probable the other class is: 1 / (1 + e^epsilon).</summary>
    public double FlipProbability { get; }

    /// <summary>1 / (1 + e^epsilon), between 0 and one half.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Epsilon is not above 0 and at most 20.</exception>
    public static double FlipProbabilityOf(double epsilon) => epsilon is > 0 and <= 20
        ? 1 / (1 + Math.Exp(epsilon))
        : throw new ArgumentOutOfRangeException(nameof(epsilon), epsilon, "Epsilon is above 0 and at most 20.");

    /// <summary>What is reported of a patient. Another outcome of the same patient is another draw, so that a change of the record does not show.</summary>
    /// <param name="patient">The patient's identifier, unambiguous within the party.</param>
    /// <param name="positive">The true outcome.</param>
    public bool Report(ReadOnlySpan<byte> patient, bool positive)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _key.Bytes);
        mac.AppendData([positive ? (byte)1 : (byte)0]);
        mac.AppendData(patient);
        mac.GetHashAndReset(digest);
        return (BinaryPrimitives.ReadUInt64LittleEndian(digest) < _threshold) != positive;
    }

    /// <summary>Names the question, for a ledger: another secret, question, epsilon or way to name patients has another name, and draws anew.</summary>
    /// <param name="naming">How patients are named: the identifiers' columns and kinds.</param>
    public byte[] Subject(ReadOnlySpan<byte> naming) => HMACSHA256.HashData(_key.Bytes, [.. "subject"u8, .. naming]);

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();
}
