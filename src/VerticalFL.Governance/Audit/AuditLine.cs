using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using VerticalFL.Messages;

namespace VerticalFL.Governance.Audit;

/// <summary>A record as one line of JSON, readable with any tool. The chain covers the values, not the spelling.</summary>
internal static class AuditLine
{
    /// <summary>The longest line, in bytes, without its end.</summary>
    public const int MaxBytes = 64 * 1024;

    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(AuditRecord record) => JsonSerializer.SerializeToUtf8Bytes(
        new Line(
            record.Sequence,
            record.Time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture),
            record.Party.Value,
            record.Kind.ToString(),
            record.Study?.Hex,
            record.Run?.Hex,
            record.Attempt,
            record.Who,
            record.Details.OrderBy(d => d.Key, StringComparer.Ordinal).ToDictionary(),
            Convert.ToHexStringLower(record.Previous.Span),
            Convert.ToHexStringLower(record.Hash.Span),
            Convert.ToBase64String(record.Signature.Span)),
        Options);

    /// <returns>The record, or null when the line is not one.</returns>
    public static AuditRecord? TryRead(ReadOnlySpan<byte> utf8)
    {
        try
        {
            Line line = JsonSerializer.Deserialize<Line>(utf8, Options) ?? throw new JsonException();
            StudyId study = default;
            RunId run = default;
            if (line.Details.Values.Contains(null!) || !Enum.TryParse(line.Kind, out AuditKind kind) || kind.ToString() != line.Kind
                || (line.Study is not null && !StudyId.TryParse(line.Study, out study))
                || (line.Run is not null && !RunId.TryParse(line.Run, out run)))
            {
                return null;
            }

            return new AuditRecord
            {
                Sequence = line.Sequence,
                Time = DateTimeOffset.ParseExact(line.Time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
                Party = new PartyId(line.Party),
                Kind = kind,
                Study = line.Study is null ? null : study,
                Run = line.Run is null ? null : run,
                Attempt = line.Attempt,
                Who = line.Who,
                Details = line.Details,
                Previous = Convert.FromHexString(line.Previous),
                Hash = Convert.FromHexString(line.Hash),
                Signature = Convert.FromBase64String(line.Signature),
            };
        }
        catch (Exception e) when (e is JsonException or FormatException or ArgumentException or InvalidOperationException)
        {
            return null;
        }
    }

    private sealed record Line(
        long Sequence,
        string Time,
        string Party,
        string Kind,
        string? Study,
        string? Run,
        int Attempt,
        string Who,
        Dictionary<string, string> Details,
        string Previous,
        string Hash,
        string Signature);
}
