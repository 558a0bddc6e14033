using System.Diagnostics;
using System.Runtime.Loader;
using OwnEngine;
using VerticalFL.Agent.Engines;
using VerticalFL.Testing;
using VerticalFL.Training.Engines;
using Xunit;

namespace VerticalFL.Agent.Tests.Engines;

public sealed class EngineFolderTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();
    private readonly string folder;
    private readonly string state;

    public EngineFolderTests()
    {
        folder = directory["engine"];
        state = directory["state"];
        Directory.CreateDirectory(state);
        EmittedEngine.Write(folder, "from-the-folder");
    }

    public void Dispose() => directory.Dispose();

    [Fact]
    public async Task A_folder_with_the_hash_that_the_shell_gives_it_is_loaded_with_what_lies_beside_its_assembly()
    {
        Directory.CreateDirectory(Path.Combine(folder, "runtimes", "any"));
        await File.WriteAllTextAsync(Path.Combine(folder, "runtimes", "any", "note é 1.txt"), "in a folder of its own", TestContext.Current.CancellationToken);

        IBottomEngine engine = Load(await ShellHashAsync());

        Assert.Equal("from-the-folder", engine.Name);
        AssemblyLoadContext own = AssemblyLoadContext.GetLoadContext(engine.GetType().Assembly)!;
        Assert.NotEqual(AssemblyLoadContext.Default, own);
        Assert.DoesNotContain(AssemblyLoadContext.Default.Assemblies, a => a.GetName().Name == EmittedEngine.PartName);
        Assert.Same(typeof(IBottomEngine).Assembly, engine.GetType().GetInterfaces().Single().Assembly);
    }

    [Fact]
    public async Task What_is_loaded_later_is_what_was_hashed_whatever_becomes_of_the_folder()
    {
        IBottomEngine engine = Load(await ShellHashAsync());
        EmittedEngine.Write(folder, "put-there-afterwards");
        Assert.Equal("from-the-folder", engine.Name);

        Directory.Delete(folder, recursive: true);
        Assert.Equal("from-the-folder", engine.Name);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path.Combine(state, "engine")));
        }
    }

    [Theory]
    [InlineData("changed")]
    [InlineData("added")]
    [InlineData("renamed")]
    [InlineData("removed")]
    public async Task Another_file_anywhere_in_the_folder_is_refused_and_leaves_no_copy(string how)
    {
        string hash = await ShellHashAsync();
        string part = Path.Combine(folder, $"{EmittedEngine.PartName}.dll");
        switch (how)
        {
            case "changed":
                await File.AppendAllTextAsync(part, "x", TestContext.Current.CancellationToken);
                break;
            case "added":
                await File.WriteAllTextAsync(Path.Combine(folder, "libc.so"), string.Empty, TestContext.Current.CancellationToken);
                break;
            case "renamed":
                File.Move(part, part + "x");
                break;
            default:
                File.Delete(part);
                break;
        }

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Load(hash));

        Assert.Contains("engine.sha256", refused.Message, StringComparison.Ordinal);
        Assert.Contains(await ShellHashAsync(), refused.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(state));
    }

    [Fact]
    public async Task A_link_is_refused_since_what_it_leads_to_is_not_in_the_folder()
    {
        File.CreateSymbolicLink(Path.Combine(folder, "elsewhere.so"), typeof(QuadraticEngine).Assembly.Location);

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => Load(new string('0', 64)));

        Assert.Contains("elsewhere.so", refused.Message, StringComparison.Ordinal);
        Assert.Contains("is a link", refused.Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(folder, "elsewhere.so"));
        Assert.NotNull(Load(await ShellHashAsync()));
    }

    [Theory]
    [InlineData("engine")]
    [InlineData("engine/of-mine")]
    [InlineData("")]
    [InlineData("link")]
    public async Task A_folder_that_the_agent_s_copy_would_replace_is_refused_and_stays(string place)
    {
        string hash = await ShellHashAsync();
        string own = Path.Combine(state, place);
        EmittedEngine.Write(place == "link" ? Path.Combine(state, "engine") : own, "in-the-way");
        if (place == "link")
        {
            Directory.CreateSymbolicLink(own, Path.Combine(state, "engine"));
        }

        string[] before = [.. Directory.GetFiles(state, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => EngineLoader.Load(new EngineOptions { Folder = own, Sha256 = hash }, state));

        Assert.Contains("overlap: put the engine's files elsewhere", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Directory.GetFiles(state, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_folder_without_one_described_assembly_or_without_what_it_needs_is_refused()
    {
        File.Delete(Path.Combine(folder, $"{EmittedEngine.PartName}.dll"));
        InvalidDataException incomplete = await RefusedAsync();
        Assert.Contains(EmittedEngine.PartName, incomplete.Message, StringComparison.Ordinal);

        File.Delete(Path.Combine(folder, $"{EmittedEngine.Name}.deps.json"));
        InvalidDataException undescribed = await RefusedAsync();
        Assert.Contains("has 0 assemblies", undescribed.Message, StringComparison.Ordinal);

        Directory.Delete(folder, recursive: true);
        InvalidDataException absent = Assert.Throws<InvalidDataException>(() => Load(new string('0', 64)));
        Assert.Contains(folder, absent.Message, StringComparison.Ordinal);

        async Task<InvalidDataException> RefusedAsync()
        {
            string hash = await ShellHashAsync();
            return Assert.Throws<InvalidDataException>(() => Load(hash));
        }
    }

    private IBottomEngine Load(string sha256) => EngineLoader.Load(new EngineOptions { Folder = folder, Sha256 = sha256 }, state);

    /// <summary>The folder's hash by the command in the documentation.</summary>
    private async Task<string> ShellHashAsync()
    {
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
        })!;
        string line = await shell.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await shell.WaitForExitAsync(TestContext.Current.CancellationToken);
        return line[..64];
    }
}
