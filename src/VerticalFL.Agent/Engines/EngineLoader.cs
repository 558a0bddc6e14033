using System.Reflection;
using VerticalFL.Training.Engines;

namespace VerticalFL.Agent.Engines;

/// <summary>Makes the engine that a party's configuration names.</summary>
internal static class EngineLoader
{
    /// <summary>The folder in the state directory that the engine's copy is in.</summary>
    private const string CopyName = "engine";

    /// <summary>Makes the engine.</summary>
    /// <param name="options">The engine that is named.</param>
    /// <param name="stateDirectory">The party's state directory, which no other process uses; must exist.</param>
    /// <exception cref="InvalidDataException">What is named is not there, is another, or holds no engine; the message says which and what to do.</exception>
    public static IBottomEngine Load(EngineOptions options, string stateDirectory)
    {
        try
        {
            return options switch
            {
                { Assembly: { } path } => Make(EngineFile.Open(path, options.Sha256!), $"engine.assembly: {path}"),
                { Folder: { } folder } => Make(EngineFolder.Open(folder, options.Sha256!, Path.Combine(stateDirectory, CopyName)), $"engine.folder: {folder}"),
                _ => new ManagedEngine(options.Threads),
            };
        }
        catch (Exception e) when (e is BadImageFormatException or FileNotFoundException or FileLoadException or TypeLoadException or ReflectionTypeLoadException or MissingMethodException)
        {
            throw new InvalidDataException(
                $"{(options.Assembly is { } path ? $"engine.assembly: {path}" : $"engine.folder: {options.Folder}")} is no assembly for this agent: {e.Message}", e);
        }
    }

    private static IBottomEngine Make(Assembly assembly, string named)
    {
        Type[] engines = [.. assembly.GetExportedTypes().Where(t => t.IsAssignableTo(typeof(IBottomEngine)) && t is { IsClass: true, IsAbstract: false })];
        if (engines is not [{ } type] || type.GetConstructor([]) is null)
        {
            throw new InvalidDataException(
                $"{named} has {engines.Length} public classes that implement {nameof(IBottomEngine)}; it needs one, with a constructor without parameters.");
        }

        try
        {
            var engine = (IBottomEngine)Activator.CreateInstance(type)!;
            return IsWord(engine.Name) && IsWord(engine.Version)
                ? engine
                : throw new InvalidDataException($"{named}: {type.FullName} gives a name or version that is not 1 to 64 letters, digits, dots or hyphens.");
        }
        catch (TargetInvocationException e)
        {
            throw new InvalidDataException($"{named}: {type.FullName} cannot be made: {e.InnerException?.Message}", e);
        }
    }

    private static bool IsWord(string? word) => word is { Length: >= 1 and <= 64 } && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-');
}
