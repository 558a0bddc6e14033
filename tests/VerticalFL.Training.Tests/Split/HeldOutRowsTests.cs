using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class HeldOutRowsTests
{
    private const int Members = 3;

    [Fact]
    public void Each_member_holds_out_its_share_of_the_training_rows_and_no_other_row()
    {
        (RowAssignment rows, HeldOutRows held) = Make(Study(0.2), 200);

        ushort[] of = held.Of([.. Enumerable.Range(0, 200)]);

        Assert.Equal((140, 0, 60), (rows.TrainingRows.Count, rows.ValidationRows.Count, rows.TestRows.Count));
        Assert.All(rows.TestRows, r => Assert.Equal(0, of[r]));
        Assert.All(Enumerable.Range(0, Members), m => Assert.Equal(28, of.Count(o => (o >> m & 1) == 1)));
        Assert.Contains(of, o => int.PopCount(o) == 2);
        Assert.Equal(of, Make(Study(0.2), 200).Held.Of([.. Enumerable.Range(0, 200)]));
        Assert.NotEqual(of, Make(Study(0.2) with { Seed = 8 }, 200).Held.Of([.. Enumerable.Range(0, 200)]));
    }

    [Fact]
    public void Loss_and_predictions_are_of_the_members_that_hold_a_row_out()
    {
        (RowAssignment rows, HeldOutRows held) = Make(Study(0.3), 60);
        var outcome = new CohortOutcome(new Targets(OutcomeKind.Binary, [.. Enumerable.Range(0, 60).Select(r => r % 3 == 0 ? 1f : 0f)], null, ["0", "1"]), rows);
        float[] each = [.. Enumerable.Range(0, rows.TrainingRows.Count * Members).Select(i => (i * 37 % 100 / 25f) - 2)];
        ushort[] of = held.Of([.. rows.TrainingRows]);

        double loss = held.Loss(Loss.For(TaskKind.Binary, 2), outcome, each);
        PartPredictions judged = held.OutOfBag(1, each);

        double expected = 0;
        for (int member = 0; member < Members; member++)
        {
            int[] own = [.. Enumerable.Range(0, of.Length).Where(i => (of[i] >> member & 1) == 1)];
            expected += own.Average(i => Entropy(each[(i * Members) + member], rows.TrainingRows[i] % 3 == 0)) / Members;
        }

        int[] places = [.. Enumerable.Range(0, of.Length).Where(i => of[i] != 0)];
        Assert.Equal(expected, loss, 1e-5);
        Assert.Equal(RowPart.Validation, judged.Part);
        Assert.Equal(places.Select(i => rows.TrainingRows[i]), judged.Rows);
        Assert.InRange(places.Length, 1, of.Length - 1);
        Assert.Equal(
            places.Select(i => (float)Enumerable.Range(0, Members).Where(m => (of[i] >> m & 1) == 1).Average(m => (double)each[(i * Members) + m])), judged.Outputs);
    }

    [Theory]
    [InlineData(1, 0.2)]
    [InlineData(3, 0)]
    public void One_member_or_none_that_stops_holds_nothing_out(int members, double validation)
    {
        Study study = Study(validation) with { Model = new ModelSettings { Members = members } };

        Assert.Null(HeldOutRows.Of(study, RowAssignment.Build(study, 200, null)));
    }

    [Fact]
    public void A_validation_part_for_all_members_is_refused() =>
        Assert.Throws<ArgumentException>(() => HeldOutRows.Of(Study(0.2), RowAssignment.Build(Study(0.2) with { Model = new ModelSettings() }, 200, null)));

    private static double Entropy(double x, bool positive) => Math.Log(1 + Math.Exp(positive ? -x : x));

    private static (RowAssignment Rows, HeldOutRows Held) Make(Study study, int rows)
    {
        RowAssignment assignment = RowAssignment.Build(study, rows, null);
        return (assignment, HeldOutRows.Of(study, assignment)!);
    }

    private static Study Study(double validation) => new TrainingScenario(TaskKind.Binary, 2).Study with
    {
        Seed = 7,
        Task = new TaskSettings { Kind = TaskKind.Binary, TestFraction = 0.3 },
        Model = new ModelSettings { Members = Members },
        Training = new TrainingSettings { EarlyStopping = new EarlyStoppingSettings { Validation = validation } },
    };
}
