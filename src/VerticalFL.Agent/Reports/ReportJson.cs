using System.Text.Json;

namespace VerticalFL.Agent.Reports;

/// <summary>Writes and reads report.json: camelCase, indented, absent figures left out.</summary>
public static class ReportJson
{
    /// <summary>The report as UTF-8 JSON.</summary>
    /// <exception cref="ArgumentException">A figure is NaN or infinite; leave such a figure out.</exception>
    public static byte[] ToBytes(Report report) => JsonSerializer.SerializeToUtf8Bytes(report, ReportJsonContext.Default.Report);

    /// <summary>Reads report.json; fields that this version does not know are passed over, so that newer reports can be shown.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a report.</exception>
    public static Report Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ReportJsonContext.Default.Report)
                ?? throw new InvalidDataException("The report is null.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"This is not a report at {e.Path ?? "$"}; take report.json as a run has written it.", e);
        }
    }
}
