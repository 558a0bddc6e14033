using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Alignment.Tests.Identifiers;

public sealed class ItemSetTests
{
    private static readonly IdentifierColumn[] Key = [new("patient_id", IdentifierKind.Text)];

    [Fact]
    public void Build_rows_point_back_to_their_source()
    {
        var whole = Party.Items(["b", "a", "c"]);
        Assert.Equal(3, whole.Count);
        for (int i = 0; i < whole.Count; i++)
        {
            var alone = Party.Items([((string[])["b", "a", "c"])[whole.Rows[i]]]);
            Assert.Equal(alone.Items.ToArray(), whole.Items.Slice(i * ItemSet.ItemSize, ItemSet.ItemSize).ToArray());
        }
    }

    [Fact]
    public void Build_the_order_of_the_file_does_not_show()
    {
        Assert.Equal(Party.Items(["a", "b", "c", "d"]).Items.ToArray(), Party.Items(["d", "b", "a", "c"]).Items.ToArray());
    }

    [Fact]
    public void Build_every_row_of_a_duplicate_is_left_out_and_reported()
    {
        var set = Party.Items(["x", "a", " A", "b", "y", "B", "a ", null]);
        Assert.Equal([0, 4], set.Rows.Order());
        Assert.Equal([[1, 2, 6], [3, 5]], set.Duplicates.Select(d => d.Rows));
        Assert.Equal([7], set.BlankRows);
    }

    [Fact]
    public void Build_another_study_has_unrelated_items()
    {
        var other = StudyId.FromBytes(new byte[StudyId.Size]);
        Assert.NotEqual(Party.Items(["a"]).Items.ToArray(), ItemSet.Build(other, Key, [["a"]]).Items.ToArray());
    }

    [Fact]
    public void Build_empty_columns_make_an_empty_set()
    {
        var set = Party.Items([]);
        Assert.Equal(0, set.Count);
        Assert.Empty(set.BlankRows);
        Assert.Empty(set.Duplicates);
    }

    [Fact]
    public void Build_lone_surrogates_are_replaced_and_not_fatal() => Assert.Equal(1, Party.Items(["a\ud800b"]).Count);

    [Fact]
    public void Build_columns_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ItemSet.Build(Party.Study, [], []));
        Assert.Throws<ArgumentException>(() => ItemSet.Build(Party.Study, Key, [["a"], ["b"]]));
        Assert.Throws<ArgumentException>(() => ItemSet.Build(Party.Study, [.. Key, .. Key], [["a"], ["b", "c"]]));
    }
}
