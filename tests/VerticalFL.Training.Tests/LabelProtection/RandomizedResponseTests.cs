using System.Text;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.LabelProtection;
using VerticalFL.Training.Losses;
using Xunit;

namespace VerticalFL.Training.Tests.LabelProtection;

public sealed class RandomizedResponseTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void Reports_are_the_other_class_as_often_as_epsilon_says(double epsilon)
    {
        using var response = new RandomizedResponse(Secret, "died=1"u8, epsilon);
        const int Patients = 40000;

        int lies = Enumerable.Range(0, Patients).Count(i => response.Report(Patient(i), i % 3 == 0) != (i % 3 == 0));

        double expected = 1 / (1 + Math.Exp(epsilon));
        Assert.Equal(expected, response.FlipProbability, 1e-12);
        Assert.Equal(expected, (double)lies / Patients, 5 * Math.Sqrt(expected * (1 - expected) / Patients));
    }

    [Fact]
    public void A_patients_report_is_the_same_every_time_and_differs_by_question_outcome_epsilon_and_party()
    {
        static bool[] Lies(byte[] secret, string question, double epsilon, bool positive)
        {
            using var response = new RandomizedResponse(secret, Encoding.UTF8.GetBytes(question), epsilon);
            return [.. Enumerable.Range(0, 400).Select(i => response.Report(Patient(i), positive) != positive)];
        }

        bool[] first = Lies(Secret, "died=1", 1, true);

        Assert.Equal(first, Lies(Secret, "died=1", 1, true));
        Assert.NotEqual(first, Lies(Secret, "died=1", 1, false));
        Assert.NotEqual(first, Lies(Secret, "readmitted=1", 1, true));
        Assert.NotEqual(first, Lies(Secret, "died=1", 1.0001, true));
        Assert.NotEqual(first, Lies([.. Secret.Reverse()], "died=1", 1, true));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(21)]
    [InlineData(double.NaN)]
    public void An_epsilon_that_is_none_throws(double epsilon) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RandomizedResponse(Secret, "q"u8, epsilon));

    [Fact]
    public void The_corrected_loss_is_least_where_the_true_rate_is()
    {
        // Of 1000 patients 300 are positive; reports are flipped with probability .2, so 300 * .8 + 700 * .2 = 380 are reported positive.
        var loss = new ReportedBinaryCrossEntropy([], 0.2);
        float[] reports = [.. Enumerable.Repeat(1f, 380), .. Enumerable.Repeat(0f, 620)];
        double best = Enumerable.Range(1, 999).MinBy(i => loss.Evaluate(Logits(i / 1000.0, 1000), new BatchTargets(reports), [])) / 1000.0;

        Assert.Equal(0.3, best, 0.0011);
    }

    [Fact]
    public void The_corrected_gradient_is_the_slope_of_the_loss()
    {
        var loss = new ReportedBinaryCrossEntropy([0.5f, 2f], 0.1);
        float[] outputs = [-3, -0.5f, 0, 0.7f, 4, 30, -30];
        float[] reports = [1, 0, 1, 0, 1, 0, 1];
        var gradient = new float[outputs.Length];
        loss.Evaluate(outputs, new BatchTargets(reports), gradient);
        for (int i = 0; i < outputs.Length; i++)
        {
            const float Step = 1e-2f;
            float[] up = [.. outputs], down = [.. outputs];
            up[i] += Step;
            down[i] -= Step;
            double slope = (loss.Evaluate(up, new BatchTargets(reports), []) - loss.Evaluate(down, new BatchTargets(reports), [])) / (up[i] - (double)down[i]);
            Assert.Equal(slope, gradient[i], 1e-4);
        }
    }

    [Fact]
    public void With_next_to_no_flips_the_corrected_loss_is_the_ordinary_one()
    {
        float[] outputs = [-2, 0.3f, 1.5f];
        float[] labels = [0, 1, 0];
        var gradient = new float[3];
        var expected = new float[3];

        double value = new ReportedBinaryCrossEntropy([], 1e-9).Evaluate(outputs, new BatchTargets(labels), gradient);

        Assert.Equal(Loss.For(TaskKind.Binary, 2).Evaluate(outputs, new BatchTargets(labels), expected), value, 1e-6);
        Assert.All(Enumerable.Range(0, 3), i => Assert.Equal(expected[i], gradient[i], 1e-6f));
    }

    private static byte[] Patient(int number) => Encoding.UTF8.GetBytes($"patient {number}");

    private static float[] Logits(double p, int count) => [.. Enumerable.Repeat((float)Math.Log(p / (1 - p)), count)];
}
