using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using VerticalFL.Agent.Reports;
using VerticalFL.Messages;
using Xunit;

namespace VerticalFL.Agent.Tests.Reports;

public sealed class ReportJsonTests
{
    [Theory]
    [InlineData("schemaVersion", "1")]
    [InlineData("study", "\"In-hospital mortality\"")]
    [InlineData("runId", "\"a3f1c2d4e5b60718293a4b5c6d7e8f90\"")]
    [InlineData("seed", "7")]
    [InlineData("baseline.labelPartyAlone.test.auc", "0.794")]
    [InlineData("alignment.protocol", "\"ecdh\"")]
    [InlineData("alignment.sizes.hospital", "8195")]
    [InlineData("alignment.intersection", "6637")]
    [InlineData("alignment.seconds", "3.42")]
    [InlineData("alignment.bytesSent", "1482113")]
    [InlineData("training.epochs", "26")]
    [InlineData("training.steps", "780")]
    [InlineData("training.seconds", "8.31")]
    [InlineData("training.samplesPerSecond", "11664")]
    [InlineData("training.bytesSent", "38220144")]
    [InlineData("training.trainLoss", "0.392")]
    [InlineData("metrics.train.auc", "0.861")]
    [InlineData("metrics.test.auc", "0.828")]
    [InlineData("metrics.test.accuracy", "0.8")]
    [InlineData("metrics.test.f1", "0.59")]
    [InlineData("metrics.test.f1Macro", "0.73")]
    [InlineData("metrics.test.f1Weighted", "0.79")]
    [InlineData("metrics.test.logLoss", "0.429")]
    [InlineData("metrics.test.brier", "0.138")]
    [InlineData("intervals.level", "0.95")]
    [InlineData("intervals.resamples", "1000")]
    [InlineData("intervals.test.auc.low", "0.809")]
    [InlineData("intervals.labelPartyAlone.auc.high", "0.815")]
    [InlineData("intervals.difference.accuracy.low", "-0.004")]
    [InlineData("model.sha256", "\"9b1d5a7c3e2f48660718a9bacdbe0f1122334455667788990a0b0c0d0e0f1a2b\"")]
    [InlineData("cohort.validation", "932")]
    [InlineData("training.losses.0.epoch", "1")]
    [InlineData("messages.0.readers", "\"coordinator\"")]
    public void ToBytes_has_the_field(string path, string expected)
    {
        JsonNode? node = JsonNode.Parse(ReportJson.ToBytes(SampleReports.Binary));
        foreach (string step in path.Split('.'))
        {
            node = node is JsonArray list ? list[int.Parse(step)] : node![step];
        }

        Assert.Equal(expected, node!.ToJsonString());
    }

    [Fact]
    public void ToBytes_leaves_out_what_does_not_apply()
    {
        JsonObject survival = JsonNode.Parse(ReportJson.ToBytes(SampleReports.Survival))!.AsObject();
        JsonObject regression = JsonNode.Parse(ReportJson.ToBytes(SampleReports.Regression))!.AsObject();

        Assert.Equal(["cIndex"], survival["metrics"]!["test"]!.AsObject().Select(p => p.Key));
        Assert.Equal(["r2", "mae", "rmse"], regression["metrics"]!["test"]!.AsObject().Select(p => p.Key));
        Assert.Equal(["train", "test"], survival["metrics"]!.AsObject().Select(p => p.Key));
        Assert.False(regression.ContainsKey("baseline"));
        Assert.DoesNotContain("null", Encoding.UTF8.GetString(ReportJson.ToBytes(SampleReports.Regression)), StringComparison.Ordinal);
    }

    [Fact]
    public void ToBytes_has_a_privacy_object_even_when_nothing_is_known()
    {
        JsonNode json = JsonNode.Parse(ReportJson.ToBytes(SampleReports.Binary with { Privacy = new PrivacyReport() }))!;

        Assert.Equal("{}", json["privacy"]!.ToJsonString());
    }

    [Theory]
    [InlineData("binary")]
    [InlineData("survival")]
    [InlineData("regression")]
    [InlineData("multiclass")]
    public void Parse_reads_what_ToBytes_wrote(string task)
    {
        byte[] json = ReportJson.ToBytes(Sample(task));

        Assert.Equal(json, ReportJson.ToBytes(ReportJson.Parse(json)));
    }

    [Fact]
    public void Parse_passes_over_fields_of_a_later_version()
    {
        JsonObject json = JsonNode.Parse(ReportJson.ToBytes(SampleReports.Binary))!.AsObject();
        json["later"] = 1;

        Assert.Equal(7, ReportJson.Parse(Encoding.UTF8.GetBytes(json.ToJsonString())).Seed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"seed\":\"x\"}")]
    public void Parse_of_something_else_is_refused(string json) =>
        Assert.Throws<InvalidDataException>(() => ReportJson.Parse(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void ToBytes_of_a_figure_that_is_not_a_number_is_refused() =>
        Assert.Throws<ArgumentException>(() => ReportJson.ToBytes(SampleReports.Binary with
        {
            Metrics = new MetricsReport { Test = new MetricValues { Auc = double.NaN } },
        }));

    [Fact]
    public void MessageTable_adds_up_peers_and_tells_who_can_read()
    {
        IReadOnlyList<MessageClassReport> table = MessageTable.From(
        [
            (MessageType.MaskedActivations, false, 3, 300),
            (MessageType.RunProgress, true, 1, 10),
            (MessageType.MaskedActivations, false, 2, 200),
            (MessageType.MaskedActivations, true, 1, 1),
        ]);

        Assert.Equal([MessageType.RunProgress.ToString(), MessageType.MaskedActivations.ToString()], table.Select(r => r.Type));
        MessageClassReport row = table[1];
        Assert.Equal((5L, 500L, 1L, 1L), (row.Received, row.BytesReceived, row.Sent, row.BytesSent));
        Assert.Equal("peerParty", row.Readers);
        Assert.Equal(MessageCatalog.Find(MessageType.MaskedActivations)!.Reveals, row.Reveals);
    }

    internal static Report Sample(string task) => task switch
    {
        "binary" => SampleReports.Binary,
        "survival" => SampleReports.Survival,
        "regression" => SampleReports.Regression,
        _ => SampleReports.Multiclass,
    };
}
