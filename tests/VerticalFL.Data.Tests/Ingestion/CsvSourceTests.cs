using System.Security.Cryptography;
using System.Text;
using VerticalFL.Data.Ingestion;
using Xunit;

namespace VerticalFL.Data.Tests.Ingestion;

public sealed class CsvSourceTests
{
    [Theory]
    [InlineData("id,age\nA,1\nB,2\n")]
    [InlineData("id,age\r\nA,1\r\nB,2")]
    [InlineData("id;age\nA;1\nB;2\n")]
    [InlineData("id\tage\nA\t1\nB\t2\n")]
    [InlineData("\uFEFFid,age\nA,1\nB,2\n\n\n")]
    [InlineData("id,age\n\nA,1\n  \nB,2\n \n")]
    [InlineData("\nid , \"age\"\n A,1 \n\"B\",\"2\"\n")]
    public async Task Read_of_each_dialect_gives_the_same_table(string text)
    {
        using var file = new TemporaryFile(text);

        Table table = await CsvSource.ReadAsync(file.File, TestContext.Current.CancellationToken);

        Assert.Equal(["id", "age"], table.ColumnNames);
        Assert.Equal(["A", "B"], table.GetColumn("id").Cells);
        Assert.Equal(["1", "2"], table.GetColumn("age").Cells);
        Assert.Equal(file.File, table.Source);
        Assert.Equal(SHA256.HashData(await File.ReadAllBytesAsync(file.File, TestContext.Current.CancellationToken)), table.Fingerprint.ToArray());
    }

    [Fact]
    public async Task Read_of_quoted_cells_keeps_separators_newlines_and_quotes()
    {
        Table table = await ReadAsync("a,b\n\"x,y\",\"line\none\"\n\"he said \"\"no\"\"\",2\n");

        Assert.Equal(["x,y", "he said \"no\""], table.GetColumn("a").Cells);
        Assert.Equal(["line\none", "2"], table.GetColumn("b").Cells);
        Assert.Equal(2, table.LineOf(0));
        Assert.Equal(4, table.LineOf(1));
    }

    [Fact]
    public async Task Read_of_missing_tokens_gives_null_and_keeps_peoples_names()
    {
        Table table = await ReadAsync("a,b\n,1\nNA,1\nN/A,1\nNaN,1\nnull,1\n?,1\n.,1\n\"\",1\nNa,1\nNull,1\nnone,1\n");

        Assert.Equal(8, table.GetColumn("a").Cells.Count(c => c is null));
        Assert.Equal(["Na", "Null", "none"], table.GetColumn("a").Cells.Where(c => c is not null));
    }

    [Fact]
    public async Task Read_of_a_single_column_tells_an_empty_cell_from_a_blank_line()
    {
        Table table = await ReadAsync("id\nA\n\"\"\n \nB\n");

        Assert.Equal(["A", null, "B"], table.GetColumn("id").Cells);
    }

    [Fact]
    public async Task Read_of_non_ascii_text_keeps_it()
    {
        Table table = await ReadAsync("größe,city\n1,Málaga\n");

        Assert.Equal("Málaga", table.GetColumn("city").Cells[0]);
        Assert.Equal("größe", table.ColumnNames[0]);
    }

    [Theory]
    [InlineData("", null, "empty")]
    [InlineData("\n\n", null, "empty")]
    [InlineData("a,b\n", null, "no rows")]
    [InlineData("a,b\n\n\n", null, "no rows")]
    [InlineData("a,a\n1,2\n", 1, "twice")]
    [InlineData(",a\n1,2\n", 1, "no name")]
    [InlineData("a,b\n1,2\n1,2,3\n", 3, "3 cells and the header has 2")]
    [InlineData("a,b\n1,\"x\ny\"\n\n1\n", 5, "1 cells and the header has 2")]
    [InlineData("a,b\n1,2\n1,\"open\n1,2\n", 3, "do not pair up")]
    [InlineData("a,b\n1,2\n1,\"x\"y\n", 3, "do not pair up")]
    public async Task Read_of_a_broken_file_names_the_line(string text, int? line, string problem)
    {
        DataException e = await Assert.ThrowsAsync<DataException>(() => ReadAsync(text));

        Assert.Equal(line, e.Line);
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
        Assert.Contains("rows.csv", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_of_latin1_names_the_line()
    {
        using var file = new TemporaryFile(Encoding.Latin1.GetBytes("a,b\n1,2\nMünchen,2\n"));

        DataException e = await Assert.ThrowsAsync<DataException>(() => CsvSource.ReadAsync(file.File, TestContext.Current.CancellationToken));

        Assert.Equal(3, e.Line);
        Assert.Contains("UTF-8", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_of_utf16_is_refused()
    {
        using var file = new TemporaryFile([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("a,b\n1,2\n")]);

        DataException e = await Assert.ThrowsAsync<DataException>(() => CsvSource.ReadAsync(file.File, TestContext.Current.CancellationToken));

        Assert.Contains("UTF-8", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_of_a_quote_that_swallows_the_file_stops_at_the_limit()
    {
        DataException e = await Assert.ThrowsAsync<DataException>(
            () => ReadAsync("a,b\n1,\"" + new string('x', CsvSource.MaxRowBytes + (1 << 20)) + "\n"));

        Assert.Equal(2, e.Line);
    }

    [Fact]
    public async Task Read_of_too_many_columns_is_refused()
    {
        string header = string.Join(',', Enumerable.Range(0, CsvSource.MaxColumns + 1).Select(i => $"c{i}"));

        DataException e = await Assert.ThrowsAsync<DataException>(() => ReadAsync(header + "\n1\n"));

        Assert.Contains("65536", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Read_of_a_missing_file_or_a_folder_names_the_path_and_the_remedy()
    {
        string folder = Path.GetTempPath();
        string absent = Path.Combine(folder, "vfl-absent", "rows.csv");

        DataException missing = await Assert.ThrowsAsync<DataException>(() => CsvSource.ReadAsync(absent, TestContext.Current.CancellationToken));
        DataException directory = await Assert.ThrowsAsync<DataException>(() => CsvSource.ReadAsync(folder, TestContext.Current.CancellationToken));

        Assert.StartsWith(absent + ": there is no such file", missing.Message, StringComparison.Ordinal);
        Assert.StartsWith(folder + ": ", directory.Message, StringComparison.Ordinal);
        Assert.IsAssignableFrom<IOException>(missing.InnerException);
        Assert.IsType<UnauthorizedAccessException>(directory.InnerException);
    }

    [Fact]
    public async Task Read_that_is_cancelled_stops()
    {
        using var file = new TemporaryFile("a,b\n1,2\n");

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => CsvSource.ReadAsync(file.File, new CancellationToken(canceled: true)));
    }

    [Fact]
    public async Task Read_of_many_rows_keeps_each_in_its_place()
    {
        string text = "id,n\n" + string.Concat(Enumerable.Range(0, 30_000).Select(i => $"P{i},{i * 7}\n"));

        Table table = await ReadAsync(text);

        Assert.Equal(30_000, table.RowCount);
        Assert.All(Enumerable.Range(0, 30_000), i => Assert.Equal($"P{i}", table.GetColumn("id").Cells[i]));
        Assert.Equal($"{29_999 * 7}", table.GetColumn("n").Cells[^1]);
        Assert.Equal(30_001, table.LineOf(29_999));
    }

    private static async Task<Table> ReadAsync(string text)
    {
        using var file = new TemporaryFile(text);
        return await CsvSource.ReadAsync(file.File, TestContext.Current.CancellationToken);
    }
}
