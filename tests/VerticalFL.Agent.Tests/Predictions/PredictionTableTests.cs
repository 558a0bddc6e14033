using System.Globalization;
using System.Text;
using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Runs;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Agent.Tests.Predictions;

public sealed class PredictionTableTests
{
    private static readonly IdentifierColumn Mrn = new("mrn", IdentifierKind.Text);
    private static readonly Table Patients = new(
        "t", [new Column("mrn", ["a", "b,\"c\"", " d", "e"]), new Column("site", ["x", "y", "z", "w"])], null, new byte[32]);

    [Fact]
    public void Binary_predictions_are_probabilities_in_the_tables_order_and_identifiers_are_quoted()
    {
        string csv = Csv(new PredictedOutcome(TaskKind.Binary, ["0", "1"], 0, 1, 0), [0, 100, -100], [2, 0, 1]);

        Assert.Equal("mrn,probability\na,1\n\"b,\"\"c\"\"\",0\n\" d\",0.5\n", csv);
    }

    [Fact]
    public void Models_of_reported_outcomes_predict_the_true_one_as_their_report_does()
    {
        string csv = Csv(new PredictedOutcome(TaskKind.Binary, ["0", "1"], 0, 1, 0.2), [0.3f, 0.3f], [0, 3]);

        float expected = (float)(1 / (1 + Math.Exp(-(double)0.3f)));
        Assert.Equal($"mrn,probability\na,{expected.ToString("R", CultureInfo.InvariantCulture)}\ne,{expected.ToString("R", CultureInfo.InvariantCulture)}\n", csv);
    }

    [Fact]
    public void Several_classes_have_a_name_and_a_probability_each()
    {
        string[] lines = Csv(new PredictedOutcome(TaskKind.Multiclass, ["low", "middle", "high"], 0, 1, 0), [0, 50, 0, 0, 0, 0], [0, 1]).Split('\n');

        Assert.Equal("mrn,class,probability of low,probability of middle,probability of high", lines[0]);
        Assert.StartsWith("a,middle,", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("\"b,\"\"c\"\"\",low,", lines[2], StringComparison.Ordinal);
        float[] equal = [.. lines[2].Split(',')[^3..].Select(p => float.Parse(p, CultureInfo.InvariantCulture))];
        Assert.All(equal, p => Assert.Equal(1 / 3f, p, 1e-6f));
    }

    [Fact]
    public void Numbers_are_in_the_outcomes_unit_and_survival_is_a_log_risk()
    {
        Assert.Equal("mrn,prediction\na,107.5\n", Csv(new PredictedOutcome(TaskKind.Regression, [], 100, 5, 0), [1.5f], [0]));
        Assert.Equal("mrn,risk\na,-1.25\n", Csv(new PredictedOutcome(TaskKind.Survival, [], 0, 1, 0), [-1.25f], [0]));
    }

    [Fact]
    public void Every_column_of_the_key_is_there()
    {
        byte[] csv = PredictionTable.ToCsv(
            new PredictedOutcome(TaskKind.Survival, [], 0, 1, 0), [1], Patients, [new IdentifierColumn("site", IdentifierKind.Text), Mrn], [3], []);

        Assert.Equal("site,mrn,risk\nw,e,1\n", Encoding.UTF8.GetString(csv));
    }

    [Fact]
    public void Absent_parties_stand_in_every_row()
    {
        byte[] csv = PredictionTable.ToCsv(
            new PredictedOutcome(TaskKind.Survival, [], 0, 1, 0), [1, 2], Patients, [Mrn], [3, 0], [new PartyId("lab"), new PartyId("pharmacy")]);

        Assert.Equal("mrn,risk,without\na,2,lab pharmacy\ne,1,lab pharmacy\n", Encoding.UTF8.GetString(csv));
    }

    [Fact]
    public void Line_feeds_inside_quotes_make_no_patients()
    {
        Assert.Equal(2, PredictionClient.PatientsIn("mrn,risk\n\"a\nb\"\"\n\",1\nc,2\n"u8));
        Assert.Equal(0, PredictionClient.PatientsIn("mrn,risk\n"u8));
    }

    private static string Csv(PredictedOutcome outcome, float[] outputs, int[] cohort) =>
        Encoding.UTF8.GetString(PredictionTable.ToCsv(outcome, outputs, Patients, [Mrn], cohort, []));
}
