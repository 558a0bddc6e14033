using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Tests.Studies;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class PartyInputTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("id,a\nx,1\n", "lab", "no identifier column 'patient_id'")]
    [InlineData("patient_id,a\nx,1\n,2\n", "lab", "without a usable identifier, first on line 3")]
    [InlineData("patient_id,a\nx,1\nx,2\n", "lab", "1 identifier(s) in more than one row, first on lines 2, 3")]
    [InlineData("patient_id,a\nx,1\n", "hospital", "label")]
    public async Task ReadAsync_refuses_a_table_and_says_where(string table, string party, string says)
    {
        DataException refused = await Assert.ThrowsAsync<DataException>(() => ReadAsync(table, party));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ReadAsync_missing_file_is_refused()
    {
        await Assert.ThrowsAsync<DataException>(
            () => PartyInput.ReadAsync(_directory["none.csv"], DeskFixture.Document(), DeskFixture.Lab, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task ReadAsync_keeps_identifiers_outcome_and_split_out_of_the_features()
    {
        PartyInput hospital = await ReadAsync("patient_id,age,label,split\nx,1,0,train\ny,2,1,test\nz,3,1,train\n", "hospital");
        PartyInput lab = await ReadAsync("patient_id,a,label\nx,1,5\ny,2,6\nz,3,7\n", "lab");

        Assert.Equal(["age"], hospital.Selection.Columns.Select(c => c.Name));
        Assert.Equal("split", hospital.SplitColumn);
        Assert.NotNull(hospital.Outcome);

        // A feature party's column of that name is a feature like any other.
        Assert.Contains("label", lab.Selection.Columns.Select(c => c.Name));
        Assert.Null(lab.Outcome);
        Assert.Equal(3, lab.Keys.Patients);
    }

    private async Task<PartyInput> ReadAsync(string table, string party)
    {
        string path = _directory["table.csv"];
        await File.WriteAllTextAsync(path, table, TestContext.Current.CancellationToken);
        StudyDocument document = DeskFixture.Document();
        return await PartyInput.ReadAsync(path, document, new PartyId(party), TestContext.Current.CancellationToken);
    }
}
