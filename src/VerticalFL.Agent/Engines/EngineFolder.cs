using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using System.Text;

namespace VerticalFL.Agent.Engines;

/// <summary>
/// Opens an engine that is a folder, as <c>dotnet publish</c> writes one: an assembly, its <c>.deps.json</c>, and the assemblies and native libraries that it
/// needs. The folder's SHA-256 is that of a list of all its files, a line each, in the order of their paths' bytes: the file's SHA-256 in lower-case
/// hexadecimal digits, two spaces, <c>./</c> and its path with slashes, a line feed.
/// </summary>
internal static class EngineFolder
{
    private const string DependenciesSuffix = ".deps.json";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Copies the folder, hashes what it copies, and loads the assembly from the copy: what comes later is what was hashed too.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="sha256">What its hash must be.</param>
    /// <param name="copy">Where the copy goes, readable by the agent alone; what stands there is replaced.</param>
    /// <exception cref="InvalidDataException">The folder is not there, is another, or is none that can be loaded.</exception>
    public static Assembly Open(string folder, string sha256, string copy)
    {
        if (Overlap(folder, copy))
        {
            throw new InvalidDataException($"engine.folder: {folder} and {copy}, where the agent keeps its own copy, overlap: put the engine's files elsewhere.");
        }

        string actual;
        try
        {
            actual = Copy(folder, copy);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"engine.folder: {folder} cannot be copied to {copy}: {e.Message}", e);
        }

        if (!actual.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            Directory.Delete(copy, recursive: true);
            throw new InvalidDataException(
                $"engine.sha256: the files in {folder} have the SHA-256 {actual}, not {sha256}: look into what changed before you change the configuration.");
        }

        string[] described = [.. Directory.GetFiles(copy, $"*{DependenciesSuffix}").Select(file => file[..^DependenciesSuffix.Length] + ".dll").Where(File.Exists)];
        if (described is not [{ } assembly])
        {
            throw new InvalidDataException($"engine.folder: {folder} has {described.Length} assemblies with a {DependenciesSuffix} beside them; it needs one, as dotnet publish writes it.");
        }

        try
        {
            return new EngineLoadContext(assembly).LoadFromAssemblyPath(assembly);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"engine.folder: {folder} has not all that its {DependenciesSuffix} names: {e.Message}", e);
        }
    }

    /// <summary>Whether one of them lies in the other, or is it: the copy is replaced, and would take what it is made from with it.</summary>
    private static bool Overlap(string folder, string copy)
    {
        string from = Whole(folder);
        string to = Whole(copy);
        return from.StartsWith(to, StringComparison.OrdinalIgnoreCase) || to.StartsWith(from, StringComparison.OrdinalIgnoreCase);

        static string Whole(string path) =>
            Path.TrimEndingDirectorySeparator(Path.GetFullPath((Directory.Exists(path) ? new DirectoryInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName : null) ?? path)) + Path.DirectorySeparatorChar;
    }

    private static string Copy(string folder, string copy)
    {
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        MakeDirectory(copy);
        (string Path, byte[] Bytes)[] files = [.. Files(folder, folder).Select(path => (path, Encoding.UTF8.GetBytes(path)))];
        Array.Sort(files, (a, b) => a.Bytes.AsSpan().SequenceCompareTo(b.Bytes));
        using var list = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((string path, byte[] bytes) in files)
        {
            string target = Path.Combine(copy, path);
            MakeDirectory(Path.GetDirectoryName(target)!);
            list.AppendData(Encoding.ASCII.GetBytes($"{CopyFile(Path.Combine(folder, path), target)}  ./"));
            list.AppendData(bytes);
            list.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(list.GetHashAndReset());
    }

    /// <summary>The files below a folder, by their paths from the root on.</summary>
    private static IEnumerable<string> Files(string root, string folder)
    {
        foreach (FileSystemInfo entry in new DirectoryInfo(folder).EnumerateFileSystemInfos())
        {
            string path = Path.GetRelativePath(root, entry.FullName).Replace(Path.DirectorySeparatorChar, '/');
            if (entry.LinkTarget is not null)
            {
                throw new InvalidDataException($"engine.folder: {path} in {root} is a link: put the file there that it leads to.");
            }

            if (path.Any(c => char.IsControl(c) || c == '\\'))
            {
                throw new InvalidDataException($"engine.folder: a file in {root} has a control character or a backslash in its name: rename it.");
            }

            foreach (string file in entry is DirectoryInfo ? Files(root, entry.FullName) : [path])
            {
                yield return file;
            }
        }
    }

    private static string CopyFile(string from, string to)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream source = File.OpenRead(from);
        using FileStream target = new(to, FileMode.CreateNew, FileAccess.Write);
        byte[] block = new byte[1 << 20];
        for (int length; (length = source.Read(block)) > 0;)
        {
            hash.AppendData(block, 0, length);
            target.Write(block, 0, length);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void MakeDirectory(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly);
        }
    }

    /// <summary>Finds what the assembly needs in its folder, and the product's own assemblies, whose interfaces it implements, in the agent.</summary>
    private sealed class EngineLoadContext(string assembly) : AssemblyLoadContext("engine")
    {
        private readonly AssemblyDependencyResolver resolver = new(assembly);

        protected override Assembly? Load(AssemblyName assemblyName) =>
            assemblyName.Name!.StartsWith("VerticalFL.", StringComparison.Ordinal) || resolver.ResolveAssemblyToPath(assemblyName) is not { } path
                ? null
                : LoadFromAssemblyPath(path);

        protected override nint LoadUnmanagedDll(string unmanagedDllName) =>
            resolver.ResolveUnmanagedDllToPath(unmanagedDllName) is { } path ? LoadUnmanagedDllFromPath(path) : 0;
    }
}
