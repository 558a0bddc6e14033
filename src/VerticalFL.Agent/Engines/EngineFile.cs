using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using VerticalFL.Training.Engines;

namespace VerticalFL.Agent.Engines;

/// <summary>Loads the engine that a party's configuration names.</summary>
internal static class EngineFile
{
    /// <summary>Makes the engine.</summary>
    /// <exception cref="InvalidDataException">The file is not there, is another, or holds no engine; the message says which and what to do.</exception>
    public static IBottomEngine Load(EngineOptions options) => options.Assembly is null ? new ManagedEngine(options.Threads) : Load(options.Assembly, options.Sha256!);

    private static IBottomEngine Load(string path, string sha256)
    {
        byte[] file;
        try
        {
            file = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"engine.assembly: {path} cannot be read: {e.Message}", e);
        }

        string actual = Convert.ToHexStringLower(SHA256.HashData(file));
        if (!actual.Equals(sha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new InvalidDataException($"engine.sha256: {path} has the SHA-256 {actual}, not {sha256}: look into why it changed before you change the configuration.");
        }

        try
        {
            // The bytes that were hashed, not the file again. Whatever the engine needs, the agent must have: nothing unhashed is loaded beside it.
            using var bytes = new MemoryStream(file);
            return Make(new AssemblyLoadContext("engine").LoadFromStream(bytes), path);
        }
        catch (Exception e) when (e is BadImageFormatException or FileNotFoundException or FileLoadException or TypeLoadException or ReflectionTypeLoadException or MissingMethodException)
        {
            throw new InvalidDataException($"engine.assembly: {path} is no assembly for this agent: {e.Message}", e);
        }
    }

    private static IBottomEngine Make(Assembly assembly, string path)
    {
        Type[] engines = [.. assembly.GetExportedTypes().Where(t => t.IsAssignableTo(typeof(IBottomEngine)) && t is { IsClass: true, IsAbstract: false })];
        if (engines is not [{ } type] || type.GetConstructor([]) is null)
        {
            throw new InvalidDataException(
                $"engine.assembly: {path} has {engines.Length} public classes that implement {nameof(IBottomEngine)}; it needs one, with a constructor without parameters.");
        }

        try
        {
            var engine = (IBottomEngine)Activator.CreateInstance(type)!;
            return IsWord(engine.Name) && IsWord(engine.Version)
                ? engine
                : throw new InvalidDataException($"engine.assembly: {type.FullName} in {path} gives a name or version that is not 1 to 64 letters, digits, dots or hyphens.");
        }
        catch (TargetInvocationException e)
        {
            throw new InvalidDataException($"engine.assembly: {type.FullName} in {path} cannot be made: {e.InnerException?.Message}", e);
        }
    }

    private static bool IsWord(string? word) => word is { Length: >= 1 and <= 64 } && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
