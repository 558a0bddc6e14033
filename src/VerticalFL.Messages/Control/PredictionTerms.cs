using System.Security.Cryptography;
using System.Text;
using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Studies;

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
    private const int MostAbsent = 7;

    /// <summary>The feature parties that take no part, ordinally. Default: none; the study says which may be absent.</summary>
    public IReadOnlyList<PartyId> Without { get; init; } = [];

    /// <summary>The parties of a study that take part, the label party first.</summary>
    public IEnumerable<PartyId> PartiesOf(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return study.Parties.Except(Without);
    }

    /// <summary>
    /// Why a study's model cannot predict without these parties; null when it can: then the sum that is formed is one of those that all parties of the study
    /// have approved, and its accuracy stands in the report.
    /// </summary>
    public string? ProblemOf(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        PartyId[] present = [.. study.FeatureParties.Except(Without)];
        return Without.FirstOrDefault(p => !study.FeatureParties.Contains(p)) is { Value.Length: > 0 } other ? $"'{other}' is not a feature party of the study"
            : present.Length == 0 ? "one feature party at least takes part"
            : PartySubsets.Of(study).Any(s => s.SequenceEqual(present)) ? null
            : study.Evaluation.Contributions.Count == 0 ? "the study lets no party be absent (evaluation.contributions): it was neither approved nor measured"
            : $"the study lets only these be absent, each group as a whole (evaluation.contributions): {string.Join("; ", study.Evaluation.Contributions.Select(g => string.Join(", ", g)))}";
    }

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
        // Absent where nobody is: such terms have the bytes that they always had.
        writer.WriteArrayHeader(Without.Count > 0 ? FieldCount + 1 : FieldCount);
        writer.WriteBinary(Model.ToBytes());
        writer.WriteBinary(ModelHash.Span);
        writer.WriteString(Dataset);
        writer.WriteString(Purpose);
        writer.WriteInt(MinimumPatients);
        if (Without.Count > 0)
        {
            writer.WriteArrayHeader(Without.Count);
            foreach (PartyId party in Without)
            {
                writer.WriteString(party.Value);
            }
        }
    }

    internal static PredictionTerms Read(ref MessagePackReader reader)
    {
        int fields = reader.ReadArrayHeader(FieldCount, FieldCount + 1);
        var terms = new PredictionTerms(
            RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
            reader.ReadBinaryExact(ModelHashSize).ToArray(),
            reader.ReadString(MaxDatasetLength * 4),
            reader.ReadString(MaxPurposeLength * 4),
            reader.ReadInt32(1, int.MaxValue))
        {
            Without = fields == FieldCount ? [] : ReadParties(ref reader),
        };
        return ProblemOf(terms.Dataset, terms.Purpose) is { } problem ? throw new MessageFormatException($"The terms of a prediction are malformed: {problem}.") : terms;
    }

    private static PartyId[] ReadParties(ref MessagePackReader reader)
    {
        var parties = new PartyId[reader.ReadArrayHeader(1, MostAbsent)];
        for (int i = 0; i < parties.Length; i++)
        {
            string name = reader.ReadString(PartyId.MaxLength);
            parties[i] = PartyId.IsValid(name) ? new PartyId(name) : throw new MessageFormatException("An absent party of a prediction is not a party id.");
            if (i > 0 && parties[i - 1].CompareTo(parties[i]) >= 0)
            {
                throw new MessageFormatException("The absent parties of a prediction do not ascend.");
            }
        }

        return parties;
    }

    private static bool IsPlain(string text) => !text.EnumerateRunes().Any(r => Rune.IsControl(r) || r == Rune.ReplacementChar);
}
