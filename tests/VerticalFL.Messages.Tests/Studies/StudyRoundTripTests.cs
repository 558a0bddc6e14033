using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Messages.Tests.Studies;

public sealed class StudyRoundTripTests
{
    [Fact]
    public void A_study_with_differential_privacy_parses_back_to_the_same_bytes_and_keeps_its_rules()
    {
        string Text(string more = "", string task = "binary") => $$"""
            { "name": "private", "labelParty": "hospital", "featureParties": ["lab"], "task": "{{task}}", "labels": {},
              "data": { "lab": { "ranges": { "b": [-1.5, 2], "a": [0, 110] }, "levels": { "sex": ["m", "f"] } } },
              "training": { "earlyStopping": { "validation": 0 } {{more}} }, "privacy": { "differentialPrivacy": { "epsilon": 8 } } }
            """;
        StudyDocument made = StudyDocument.Expand(System.Text.Encoding.UTF8.GetBytes(Text()));

        Assert.Equal("u64.24", made.Study.Privacy.Ring);
        Assert.Equal(new DifferentialPrivacySettings { Epsilon = 8, Delta = 1e-6, ClippingNorm = 1 }, made.Study.Privacy.DifferentialPrivacy);
        Assert.Equal(new ValueRange(-1.5, 2), made.Study.Data[new("lab")].Ranges["b"]);
        Assert.Equal(made.Bytes.ToArray(), StudyDocument.Parse(made.Bytes.Span).Bytes.ToArray());
        foreach ((string more, string task, string path) in ((string, string, string)[])
            [
                (", \"batch\": 513", "binary", "$.training.batch"),
                (", \"staleness\": 1", "binary", "$.training.staleness"),
                (", \"gradients\": \"float16\"", "binary", "$.training.gradients"),
                (", \"classWeights\": \"balanced\"", "binary", "$.training.classWeights"),
                ("", "regression", "$.task.kind"),
            ])
        {
            Assert.Equal(path, Assert.Throws<StudyException>(() => StudyDocument.Expand(System.Text.Encoding.UTF8.GetBytes(Text(more, task)))).Path);
        }
    }

    [Fact]
    public void Any_valid_study_parses_back_to_the_same_bytes()
    {
        for (int seed = 0; seed < 500; seed++)
        {
            StudyDocument made = StudyDocument.FromStudy(RandomStudy.Make(new Random(seed)));

            StudyDocument parsed = StudyDocument.Parse(made.Bytes.Span);

            Assert.True(made.Bytes.Span.SequenceEqual(parsed.Bytes.Span), $"seed {seed}");
            Assert.Equal(made.Id, StudyDocument.FromStudy(parsed.Study).Id);
        }
    }

    [Fact]
    public void Any_change_to_the_bytes_is_refused_or_another_study()
    {
        byte[] bytes = StudyDocument.FromStudy(RandomStudy.Make(new Random(7))).Bytes.ToArray();
        StudyId id = StudyDocument.Parse(bytes).Id;
        var random = new Random(8);
        for (int i = 0; i < 4_000; i++)
        {
            byte[] mutated = [.. bytes];
            for (int n = random.Next(1, 3); n > 0; n--)
            {
                mutated[random.Next(mutated.Length)] = (byte)random.Next(256);
            }

            if (i % 3 == 0)
            {
                mutated = mutated[..random.Next(mutated.Length)];
            }

            try
            {
                Assert.True(StudyDocument.Parse(mutated).Id != id || mutated.AsSpan().SequenceEqual(bytes));
            }
            catch (StudyException)
            {
                // The one refusal that is allowed.
            }
        }
    }
}
