using VerticalFL.Agent.Runs;
using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class TrainedPartTests : IDisposable
{
    private static readonly RunId Run = RunId.FromBytes([3, .. new byte[RunId.Size - 1]]);
    private readonly TemporaryDirectory _directory = new();
    private readonly StorageKey _key;
    private readonly RunFolder _folders;

    public TrainedPartTests()
    {
        _key = StorageKey.Open(_directory.Path);
        _folders = new RunFolder(_directory.Path);
    }

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void What_a_run_kept_is_opened_as_it_was()
    {
        TrainedPart part = Part(top: [4, 5, 6]);

        part.Save(_folders, _key, Attempt(2));
        TrainedPart opened = TrainedPart.Open(_folders, _key, Attempt(2));

        Assert.Equal(part.Card with { Outcome = null }, opened.Card with { Outcome = null });
        Assert.Equal(part.Card.Outcome!.Classes, opened.Card.Outcome!.Classes);
        Assert.Equal((part.Card.Outcome.Mean, part.Card.Outcome.Scale), (opened.Card.Outcome.Mean, opened.Card.Outcome.Scale));
        Assert.Equal(part.Recipe.ToJson(), opened.Recipe.ToJson());
        Assert.Equal(part.Bottom, opened.Bottom);
        Assert.Equal(part.Top, opened.Top);
    }

    [Fact]
    public void Parts_of_another_attempt_are_refused()
    {
        Part(null).Save(_folders, _key, Attempt(2));

        Assert.Throws<StorageException>(() => TrainedPart.Open(_folders, _key, Attempt(3)));
    }

    [Theory]
    [InlineData("bottom.sealed")]
    [InlineData("recipe.sealed")]
    public void A_missing_file_is_named(string name)
    {
        Part(null).Save(_folders, _key, Attempt(1));
        File.Delete(_folders.PathOf(Run, name));

        Assert.Contains(name, Assert.Throws<StorageException>(() => TrainedPart.Open(_folders, _key, Attempt(1))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_of_older_software_kept_too_little()
    {
        Part(null).Save(_folders, _key, Attempt(1));
        File.Delete(_folders.PathOf(Run, "model.sealed"));

        Assert.Null(TrainedPart.FindCard(_folders, _key, Attempt(1)));
        Assert.Contains("train again", Assert.Throws<DataException>(() => TrainedPart.Open(_folders, _key, Attempt(1))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{\"version\":2,\"model\":\"a\",\"part\":\"b\",\"engine\":\"managed 1\",\"outcome\":null}")]
    [InlineData("{\"version\":1,\"model\":\"a\",\"part\":\"b\",\"engine\":\"managed 1\",\"outcome\":null,\"more\":1}")]
    [InlineData("nonsense")]
    public void A_card_of_another_layout_is_refused(string json) =>
        Assert.Throws<DataException>(() => ModelCard.FromJson(System.Text.Encoding.UTF8.GetBytes(json)));

    private static SealContext Attempt(int number) => new(new PartyId("lab"), default, Run, number, "run");

    private static TrainedPart Part(byte[]? top)
    {
        var table = new Table("t", [new Column("a", ["1", "2", "4", null])], null, new byte[32]);
        FeatureRecipe recipe = FeatureRecipe.Fit(table, [new SelectedColumn("a", Data.Schema.ColumnKind.Number)], [0, 1, 2, 3]);
        var card = new ModelCard(1, new string('a', 64), new string('b', 64), "managed 1", new PredictedOutcome(TaskKind.Regression, [], 0.1 + 0.2, 1 / 3.0, 0));
        return new TrainedPart(card, recipe, [1, 2, 3], top);
    }
}
