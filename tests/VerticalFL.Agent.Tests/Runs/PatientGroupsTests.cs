using System.Globalization;
using VerticalFL.Agent.Runs;
using VerticalFL.Data;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class PatientGroupsTests
{
    [Fact]
    public void Values_make_groups_in_their_order_and_blanks_come_last()
    {
        string?[] cells = [.. Enumerable.Repeat<string?>("m", 20), .. Enumerable.Repeat<string?>("f", 12), .. Enumerable.Repeat<string?>(null, 10)];

        IReadOnlyList<(string Name, int[] Members)> groups = PatientGroups.Of(new Column("sex", cells), [.. Enumerable.Range(0, cells.Length)]);

        Assert.Equal(["f", "m", "(not known)"], groups.Select(g => g.Name));
        Assert.Equal(Enumerable.Range(20, 12), groups[0].Members);
    }

    [Fact]
    public void Rare_values_are_put_together_and_too_few_of_them_left_out()
    {
        string?[] many = [.. Enumerable.Repeat("a", 30), .. Enumerable.Repeat("b", 6), .. Enumerable.Repeat("c", 5)];
        string?[] few = [.. Enumerable.Repeat("a", 30), .. Enumerable.Repeat("b", 6)];

        Assert.Equal([("a", 30), ("(rare values)", 11)], Sizes(many));
        Assert.Equal([("a", 30)], Sizes(few));
    }

    [Fact]
    public void Numbers_are_cut_into_thirds_when_there_are_many_of_them()
    {
        string?[] ages = [.. Enumerable.Range(0, 90).Select(i => i.ToString(CultureInfo.InvariantCulture)), .. Enumerable.Repeat<string?>(null, 10)];
        string?[] grades = [.. Enumerable.Range(0, 90).Select(i => (i % 3).ToString(CultureInfo.InvariantCulture))];

        Assert.Equal([("below 30", 30), ("30 to below 60", 30), ("60 and above", 30), ("(not known)", 10)], Sizes(ages));
        Assert.Equal([("0", 30), ("1", 30), ("2", 30)], Sizes(grades));
    }

    [Fact]
    public void Members_are_positions_among_the_rows_that_are_asked_for()
    {
        string?[] cells = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? "even" : "odd")];

        IReadOnlyList<(string Name, int[] Members)> groups = PatientGroups.Of(new Column("c", cells), [.. Enumerable.Range(0, 30).Select(i => 39 - i)]);

        Assert.Equal(Enumerable.Range(0, 15).Select(i => 2 * i), groups.Single(g => g.Name == "odd").Members);
    }

    private static (string, int)[] Sizes(string?[] cells) =>
        [.. PatientGroups.Of(new Column("c", cells), [.. Enumerable.Range(0, cells.Length)]).Select(g => (g.Name, g.Members.Length))];
}
