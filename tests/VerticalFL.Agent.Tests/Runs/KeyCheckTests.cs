using System.Text;
using VerticalFL.Agent.Runs;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

/// <summary>What a table's rows are under each key is told by line, and only rows that no key names are refused.</summary>
public sealed class KeyCheckTests : IDisposable
{
    private const string TwoKeys = """[["mrn:mrn"], ["lastName:name", "birthDate:date"]]""";
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Every_line_is_told_under_each_key()
    {
        KeyCheck check = await CheckAsync(TwoKeys, "", "mrn,lastName,birthDate", "1,Ann,1970-01-02", "01,Bea,1970-01-02", ",Cid,03.04.1970", "4,,1970-01-02", "5,Dee,", "000,Eve,1971-01-01", "7,Eve,1971-01-01");

        Assert.Equal(7, check.Rows);
        Assert.Equal([4, 7], check.Nameless);
        Assert.Equal(["mrn"], check.Keys[0].Columns);
        Assert.Equal(3, check.Keys[0].Usable);
        Assert.Equal([4], check.Keys[0].Blank);
        Assert.Equal([[2, 3]], check.Keys[0].Repeated);
        Assert.Equal([7], check.Keys[0].Invalid.Single().Lines);
        Assert.Equal(2, check.Keys[1].Usable);
        Assert.Equal([5, 6], check.Keys[1].Blank);
        Assert.Equal([[7, 8]], check.Keys[1].Repeated);
        Assert.Equal(("birthDate", 4), (check.Keys[1].Invalid.Single().Column, check.Keys[1].Invalid.Single().Lines.Single()));
        Assert.Contains("dateDayFirst", check.Keys[1].Invalid.Single().Form, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Table_in_which_every_row_has_some_key_is_read()
    {
        PartyInput input = await ReadAsync(TwoKeys, "", "mrn,lastName,birthDate,a", "1,Ann,1970-01-02,1", ",Bea,1970-01-02,2", "3,Bea,,3");

        Assert.Equal(3, input.Keys.Patients);
        Assert.Equal([2, 2], input.Keys.Sets.Select(s => s.Count));
        Assert.Equal(["a"], input.Selection.Columns.Select(c => c.Name));
    }

    [Fact]
    public async Task Own_columns_and_forms_of_dates_stand_for_the_studys()
    {
        const string Own = """{ "lastName": "surname", "birthDate": "dob:dateDayFirst" }""";
        PartyInput own = await ReadAsync(TwoKeys, Own, "mrn,surname,dob,a", "1,Ann,02.01.1970,1", "2,Bea,3/2/1970,2");
        PartyInput plain = await ReadAsync(TwoKeys, Own.Replace("surname", "lastName", StringComparison.Ordinal).Replace("dob:", "birthDate:", StringComparison.Ordinal), "mrn,lastName,birthDate,a", "1,Ann,1970-01-02,1", "2,Bea,1970-02-03,2");

        Assert.Equal(2, own.Keys.Sets[1].Count);
        Assert.Equal(["a"], own.Selection.Columns.Select(c => c.Name));
        Assert.Equal(2, plain.Keys.Sets[1].Count);
    }

    [Theory]
    [InlineData(TwoKeys, "mrn,lastName,birthDate|1,Ann,1970-01-02|,Bea,|2,Cid,1970-01-02", "1 row(s) that no key of the study tells from the others, first on line 3", "vfl data keys")]
    [InlineData(TwoKeys, "mrn,lastName|1,Ann", "no identifier column 'birthDate'", "every party needs the columns of every key")]
    [InlineData("\"born:date\"", "born|1970-01-02|03.04.1970|04/03/1970", "2 row(s) whose 'born' is not a day of the calendar written year first", "lines 3, 4")]
    [InlineData("\"nhs:nhs\"", "nhs|943 476 5919|943 476 5918", "'nhs' is not an NHS number", "line 3")]
    [InlineData("\"mrn:mrn\"", "mrn|12|0012", "1 identifier(s) in more than one row", "lines 2, 3")]
    public async Task Rows_that_no_key_names_are_refused(string identifiers, string table, string says, string mend)
    {
        DataException refused = await Assert.ThrowsAsync<DataException>(() => ReadAsync(identifiers, "", table.Split('|')));

        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.Contains(mend, refused.Message.Replace("on line 3, 4", "on lines 3, 4", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("1970-01-02", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("943", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_of_all_studies_come_from_the_first_key_that_names_a_row()
    {
        Table table = TableOf("mrn,name", "1,Ann", ",Bea", "1,Cid", "3,");
        ReadOnlyMemory<byte>[] both = PartyKeys.PseudonymsOf(table, [[new("mrn", IdentifierKind.Mrn)], [new("name", IdentifierKind.Name)]]);
        ReadOnlyMemory<byte>[] mrn = PartyKeys.PseudonymsOf(table, [[new("mrn", IdentifierKind.Mrn)]]);

        Assert.True(mrn[3].Span.SequenceEqual(both[3].Span));
        Assert.All((int[])[0, 1, 2], row => Assert.True(mrn[row].IsEmpty && both[row].Length == 16));
        Assert.Equal(4, both.Select(p => Convert.ToHexString(p.Span)).Distinct().Count());
    }

    private Task<KeyCheck> CheckAsync(string identifiers, string own, params string[] lines) =>
        KeyCheck.RunAsync(Write(lines), Document(identifiers, own), new PartyId("lab"), TestContext.Current.CancellationToken);

    private Task<PartyInput> ReadAsync(string identifiers, string own, params string[] lines) =>
        PartyInput.ReadAsync(Write(lines), Document(identifiers, own), new PartyId("lab"), TestContext.Current.CancellationToken);

    private Table TableOf(params string[] lines) => Data.Ingestion.CsvSource.ReadAsync(Write(lines), TestContext.Current.CancellationToken).GetAwaiter().GetResult();

    private string Write(string[] lines)
    {
        string path = _directory["lab.csv"];
        File.WriteAllLines(path, lines);
        return path;
    }

    private static StudyDocument Document(string identifiers, string own) => StudyDocument.Expand(Encoding.UTF8.GetBytes(
        $$"""
        { "name": "keys", "labelParty": "hospital", "featureParties": ["lab"], "task": "binary", "labels": { "disclosedTo": ["lab"] }, "identifiers": {{identifiers}}{{(own.Length == 0 ? "" : $", \"data\": {{ \"lab\": {{ \"identifiers\": {own} }} }}")}} }
        """));
}
