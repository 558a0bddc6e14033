using System.Text.Json;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>report.json as a stranger reads it: by field names, not through our own types.</summary>
internal static class ReportFile
{
    public static JsonDocument Read(string folder) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "report.json")));

    /// <summary>The hash of the trained model.</summary>
    public static string ModelHash(string folder)
    {
        using JsonDocument report = Read(folder);
        return report.RootElement.GetProperty("model").GetProperty("sha256").GetString()!;
    }

    /// <summary>The fields that every reader may count on.</summary>
    public static void AssertFields(JsonElement report, string metric)
    {
        Assert.Equal(1, report.GetProperty("schemaVersion").GetInt32());
        Assert.NotEmpty(report.GetProperty("study").GetString()!);
        Assert.Equal(32, report.GetProperty("runId").GetString()!.Length);
        _ = report.GetProperty("seed").GetInt32();
        JsonElement alignment = report.GetProperty("alignment"), training = report.GetProperty("training"), metrics = report.GetProperty("metrics");
        Assert.NotEmpty(alignment.GetProperty("protocol").GetString()!);
        Assert.True(alignment.GetProperty("seconds").GetDouble() > 0);
        Assert.True(alignment.GetProperty("bytesSent").GetInt64() > 0);
        foreach (string field in (string[])["epochs", "steps", "seconds", "samplesPerSecond", "bytesSent", "trainLoss"])
        {
            Assert.True(training.GetProperty(field).GetDouble() > 0, field);
        }

        foreach (string part in (string[])["train", "test"])
        {
            Assert.InRange(metrics.GetProperty(part).GetProperty(metric).GetDouble(), -1000, 1000);
        }

        if (metric == "auc")
        {
            Assert.All((string[])["auc", "accuracy", "f1", "f1Macro", "f1Weighted"], m => Assert.InRange(metrics.GetProperty("test").GetProperty(m).GetDouble(), 0, 1));
        }

        Assert.Equal(metric == "cIndex", metrics.GetProperty("test").TryGetProperty("cIndex", out _));
        _ = report.GetProperty("baseline").GetProperty("labelPartyAlone").GetProperty("test").GetProperty(metric).GetDouble();
        foreach ((string model, JsonElement figures) in ((string, JsonElement)[])
            [("test", metrics), ("labelPartyAlone", report.GetProperty("baseline").GetProperty("labelPartyAlone"))])
        {
            JsonElement interval = report.GetProperty("intervals").GetProperty(model).GetProperty(metric);
            Assert.InRange(figures.GetProperty("test").GetProperty(metric).GetDouble(), interval.GetProperty("low").GetDouble(), interval.GetProperty("high").GetDouble());
        }

        _ = report.GetProperty("intervals").GetProperty("difference").GetProperty(metric).GetProperty("low").GetDouble();
        Assert.Equal(64, report.GetProperty("model").GetProperty("sha256").GetString()!.Length);
        Assert.Equal(JsonValueKind.Object, report.GetProperty("privacy").ValueKind);
    }
}
