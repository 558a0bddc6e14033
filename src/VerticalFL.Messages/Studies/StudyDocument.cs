using System.Security.Cryptography;

namespace VerticalFL.Messages.Studies;

/// <summary>An expanded study with the exact bytes that are approved, signed, stored and run.</summary>
public sealed class StudyDocument
{
    /// <summary>The largest study file, in bytes: 256 KiB.</summary>
    public const int MaxBytes = 256 * 1024;

    private StudyDocument(Study study, byte[] bytes)
    {
        Study = study;
        Bytes = bytes;
        Id = StudyId.FromBytes(SHA256.HashData(bytes));
    }

    /// <summary>The study.</summary>
    public Study Study { get; }

    /// <summary>The exact bytes: UTF-8 JSON with every default written out.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>SHA-256 over <see cref="Bytes"/>.</summary>
    public StudyId Id { get; }

    /// <summary>Reads a study as a person wrote it, resolves every default and writes the expanded form.</summary>
    /// <param name="json">UTF-8 JSON.</param>
    /// <exception cref="StudyException">Unknown field, wrong type, impossible combination; with the JSON path.</exception>
    public static StudyDocument Expand(ReadOnlySpan<byte> json) => throw new NotSupportedException(json.Length.ToString());

    /// <summary>Reads an expanded study; refuses bytes that are not exactly what <see cref="Expand"/> would write.</summary>
    /// <exception cref="StudyException">The bytes are not an expanded study.</exception>
    public static StudyDocument Parse(ReadOnlySpan<byte> expanded) => throw new NotSupportedException(expanded.Length.ToString());

    /// <summary>Wraps a study that was made in code; the same rules apply.</summary>
    /// <exception cref="StudyException">An impossible combination.</exception>
    public static StudyDocument FromStudy(Study study) => new(study, []);
}
