using System.Security.Cryptography;
using System.Text;
using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Control;

/// <summary>What a prediction is: which model, on which data, what for. Every party holds its own policy against it.</summary>
/// <param name="Model">The finished run of the same study that trained the model.</param>
/// <param name="ModelHash">The model's SHA-256 as that run's report tells it, 32 bytes.</param>
/// <param name="Dataset">The name under which every party's own configuration has the new patients.</param>
/// <param name="Purpose">What for, in the words of whoever asks; up to 500 characters, may be empty.</param>
/// <param name="MinimumPatients">The smallest cohort with which the prediction goes on, at least 1.</param>
public sealed record PredictionTerms(RunId Model, ReadOnlyMemory<byte> ModelHash, string Dataset, string Purpose, int MinimumPatients)
{
    /// <summary>The size of a model's hash, in bytes.</summary>
    public const int ModelHashSize = 32;

    /// <summary>The longest name of a dataset.</summary>
    public const int MaxDatasetLength = 64;

    /// <summary>The longest purpose.</summary>
    public const int MaxPurposeLength = 500;

    private const int FieldCount = 5;

    /// <summary>SHA-256 over the terms as they are encoded: what the parties compare with each other.</summary>
    public byte[] Hash()
    {
        var writer = new MessagePackWriter();
        Write(writer);
        return SHA256.HashData(writer.Written);
    }

    /// <summary>Whether these are the same terms.</summary>
    public bool Equals(PredictionTerms? other) => other is not null && Hash().AsSpan().SequenceEqual(other.Hash());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Model, Dataset, Purpose, MinimumPatients);

    /// <summary>Why the terms cannot be sent; null when they can.</summary>
    public static string? ProblemOf(string dataset, string purpose) =>
        dataset is not { Length: >= 1 and <= MaxDatasetLength } || !IsPlain(dataset) ? $"a dataset's name has 1 to {MaxDatasetLength} characters, none of them a control character"
        : purpose.Length > MaxPurposeLength || !IsPlain(purpose) ? $"a purpose has at most {MaxPurposeLength} characters in one line"
        : null;

    internal void Write(MessagePackWriter writer)
    {
        writer.WriteArrayHeader(FieldCount);
        writer.WriteBinary(Model.ToBytes());
        writer.WriteBinary(ModelHash.Span);
        writer.WriteString(Dataset);
        writer.WriteString(Purpose);
        writer.WriteInt(MinimumPatients);
    }

    internal static PredictionTerms Read(ref MessagePackReader reader)
    {
        reader.ReadArrayHeader(FieldCount, FieldCount);
        var terms = new PredictionTerms(
            RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
            reader.ReadBinaryExact(ModelHashSize).ToArray(),
            reader.ReadString(MaxDatasetLength * 4),
            reader.ReadString(MaxPurposeLength * 4),
            reader.ReadInt32(1, int.MaxValue));
        return ProblemOf(terms.Dataset, terms.Purpose) is { } problem ? throw new MessageFormatException($"The terms of a prediction are malformed: {problem}.") : terms;
    }

    private static bool IsPlain(string text) => !text.EnumerateRunes().Any(r => Rune.IsControl(r) || r == Rune.ReplacementChar);
}
