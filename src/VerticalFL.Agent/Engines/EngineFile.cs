using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;

namespace VerticalFL.Agent.Engines;

/// <summary>Opens an engine that is one assembly file and needs nothing but what the agent has.</summary>
internal static class EngineFile
{
    /// <summary>Loads the bytes that were hashed.</summary>
    /// <exception cref="InvalidDataException">The file is not there, or is another.</exception>
    public static Assembly Open(string path, string sha256)
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

        // Not the file again; and nothing unhashed is loaded beside it.
        using var bytes = new MemoryStream(file);
        return new AssemblyLoadContext("engine").LoadFromStream(bytes);
    }
}
