using System.Security.Cryptography;

namespace VerticalFL.Messages.Studies;

/// <summary>An expanded study with the exact bytes that are approved, signed, stored and run.</summary>
public sealed class StudyDocument
{
    /// <summary>The largest study file, in bytes: 256 KiB.</summary>
    public const int MaxBytes = 256 * 1024;

    private readonly byte[] _bytes;

    private StudyDocument(Study study)
    {
        StudyRules.Check(study);
        Study = StudyExpander.Complete(study);
        _bytes = StudyWriter.Write(Study);
        Id = StudyId.FromBytes(SHA256.HashData(_bytes));
        if (_bytes.Length > MaxBytes)
        {
            throw new StudyException("$", $"the expanded study would have {_bytes.Length} bytes; at most {MaxBytes} are allowed.");
        }
    }

    /// <summary>The study.</summary>
    public Study Study { get; }

    /// <summary>The exact bytes: UTF-8 JSON with every default written out.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>SHA-256 over <see cref="Bytes"/>.</summary>
    public StudyId Id { get; }

    /// <summary>Reads a study as a person wrote it, resolves every default and writes the expanded form.</summary>
    /// <param name="json">UTF-8 JSON, as <c>protocols/study.schema.json</c> describes it.</param>
    /// <exception cref="StudyException">Unknown field, wrong type, impossible combination; with the JSON path.</exception>
    public static StudyDocument Expand(ReadOnlySpan<byte> json) => new(StudyReader.Read(json));

    /// <summary>Reads an expanded study; refuses bytes that are not exactly what <see cref="Expand"/> would write.</summary>
    /// <exception cref="StudyException">The bytes are not an expanded study.</exception>
    public static StudyDocument Parse(ReadOnlySpan<byte> expanded)
    {
        StudyDocument document = Expand(expanded);
        return expanded.SequenceEqual(document._bytes)
            ? document
            : throw new StudyException(
                "$", "this is a study but not its expanded form, which is what is approved and run; expand it first.");
    }

    /// <summary>Completes a study that was made in code; the same rules apply.</summary>
    /// <exception cref="StudyException">A value out of range or an impossible combination.</exception>
    public static StudyDocument FromStudy(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return new StudyDocument(study);
    }

    /// <summary>Reads a study file as a person wrote it; see <see cref="Expand"/>.</summary>
    /// <param name="path">The file; at most <see cref="MaxBytes"/> bytes.</param>
    /// <exception cref="StudyException">The file cannot be read or is not a study; the message names it.</exception>
    public static StudyDocument Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return Expand(ReadFile(path));
        }
        catch (StudyException e)
        {
            throw new StudyException(path, e.Path, e.Problem, e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new StudyException($"There is no study file {path}: give the path of one, or write one with `vfl study new`.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StudyException($"The study file {path} cannot be read: check its permissions, and that it is a file.", e);
        }
    }

    // Reads one byte more than is allowed, so that a file that grows or a device without end is refused as well.
    private static byte[] ReadFile(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] buffer = new byte[MaxBytes + 1];
        int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        return buffer[..length];
    }
}
