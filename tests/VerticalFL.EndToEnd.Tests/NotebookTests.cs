using System.Text.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.EndToEnd.Tests;

/// <summary>The notebooks' cells run in their order, as the C# kernel of .NET Interactive would run them.</summary>
public sealed class NotebookTests
{
    private const string Package = "#r \"nuget: VerticalFL.";

    // The kernel's own.
    private static readonly string[] Imports =
        ["System", "System.Collections", "System.Collections.Generic", "System.Linq", "System.Text", "System.Threading.Tasks"];

    public static TheoryData<string> Notebooks => [.. Directory.GetFiles(RepositoryFiles.PathTo("samples"), "*.ipynb").Select(p => Path.GetFileName(p))];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task Every_cell_runs(string name)
    {
        CancellationToken cancelled = TestContext.Current.CancellationToken;
        var shown = new List<object>();
        var globals = new Globals(shown);
        ScriptOptions options = ScriptOptions.Default.WithImports(Imports).WithReferences(References());
        ScriptState<object>? state = null;
        foreach (string cell in await CellsAsync(name))
        {
            string code = WithoutPackages(cell);
            state = state is null
                ? await CSharpScript.RunAsync<object>(code, options, globals, typeof(Globals), cancelled)
                : await state.ContinueWithAsync<object>(code, options, cancelled);
            if (state.ReturnValue is { } value)
            {
                shown.Add(value);
            }
        }

        Assert.Contains("960 common patients were found among 1080, 1080, 1080; 960 were made.", shown);
        Assert.Contains(shown, s => s is string text && text.StartsWith("Sharing columns without sharing rows gains +0.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("#!time\n1 + 1")]
    [InlineData("#r \"nuget: Some.Package, 1.0.0\"")]
    [InlineData("  #!pwsh\nls")]
    [InlineData("#i \"nuget: https://example.org/feed\"")]
    public void A_cell_with_a_directive_that_is_not_understood_is_refused(string cell) =>
        Assert.Throws<NotSupportedException>(() => WithoutPackages(cell));

    // The project's own packages are the assemblies beside this one; every other directive would be skipped silently, so it is refused.
    private static string WithoutPackages(string cell) => string.Join('\n', cell.Split('\n').Select(line => line.TrimStart() switch
    {
        var own when own.StartsWith(Package, StringComparison.Ordinal) => "",
        ['#', '!' or 'r' or 'i', ..] => throw new NotSupportedException($"The test does not know '{line}'."),
        _ => line,
    }));

    // The platform and the project's own assemblies, nothing of the tests.
    private static IEnumerable<MetadataReference> References() =>
        from path in ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
        let name = Path.GetFileName(path)
        where name.StartsWith("System.", StringComparison.Ordinal) || name is "netstandard.dll" or "mscorlib.dll"
            || (name.StartsWith("VerticalFL.", StringComparison.Ordinal) && !name.Contains("Test", StringComparison.Ordinal))
        select MetadataReference.CreateFromFile(path);

    private static async Task<IReadOnlyList<string>> CellsAsync(string name)
    {
        using JsonDocument notebook = JsonDocument.Parse(await File.ReadAllBytesAsync(RepositoryFiles.PathTo("samples", name), TestContext.Current.CancellationToken));
        Assert.Equal(4, notebook.RootElement.GetProperty("nbformat").GetInt32());
        Assert.Equal(".net-csharp", notebook.RootElement.GetProperty("metadata").GetProperty("kernelspec").GetProperty("name").GetString());
        return
        [
            .. notebook.RootElement.GetProperty("cells").EnumerateArray()
                .Where(c => c.GetProperty("cell_type").GetString() == "code")
                .Select(c => string.Concat(c.GetProperty("source").EnumerateArray().Select(l => l.GetString()))),
        ];
    }

    /// <summary>What the kernel puts within a cell's reach.</summary>
    public sealed class Globals(List<object> shown)
    {
#pragma warning disable IDE1006 // The kernel's name.
        public void display(object value) => shown.Add(value);
#pragma warning restore IDE1006
    }
}
