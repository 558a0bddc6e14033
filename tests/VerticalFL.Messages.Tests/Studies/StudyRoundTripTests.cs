using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Messages.Tests.Studies;

public sealed class StudyRoundTripTests
{
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
