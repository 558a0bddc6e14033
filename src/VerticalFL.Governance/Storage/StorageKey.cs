using System.Security.Cryptography;
using VerticalFL.Cryptography.Keys;

namespace VerticalFL.Governance.Storage;

/// <summary>
/// The party's own key for everything it keeps on disk: 32 bytes from the operating system, made at the agent's first start, never in a kit
/// and never sent. Each sealed file has a key of its own, derived from this one.
/// </summary>
public sealed class StorageKey : IDisposable
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 32;

    /// <summary>The file in the state directory.</summary>
    public const string FileName = "storage.key";

    /// <summary>The credential's name under systemd: <c>LoadCredential=vfl-storage-key:/path</c>.</summary>
    public const string CredentialName = "vfl-storage-key";

    private readonly byte[] _key;

    private StorageKey(byte[] key) => _key = key;

    /// <summary>
    /// Opens the key: systemd's credential where there is one (<c>$CREDENTIALS_DIRECTORY/vfl-storage-key</c>), else <c>storage.key</c> in the
    /// state directory, which is made with mode 0600 when it is missing.
    /// </summary>
    /// <param name="stateDirectory">The party's state directory; must exist.</param>
    /// <exception cref="StorageException">The file is readable by others, or does not hold 32 bytes.</exception>
    public static StorageKey Open(string stateDirectory) =>
        Open(stateDirectory, Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"));

    internal static StorageKey Open(string stateDirectory, string? credentialsDirectory)
    {
        ArgumentException.ThrowIfNullOrEmpty(stateDirectory);
        if (!string.IsNullOrEmpty(credentialsDirectory))
        {
            string credential = Path.Combine(credentialsDirectory, CredentialName);
            if (File.Exists(credential))
            {
                return Load(credential, allowGroup: true);
            }
        }

        string path = Path.Combine(stateDirectory, FileName);
        if (!File.Exists(path))
        {
            byte[] fresh = RandomNumberGenerator.GetBytes(Size);
            try
            {
                // Through a rename, so that a crash cannot leave half a key.
                AtomicFile.Write(path, fresh);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(fresh);
            }
        }

        return Load(path, allowGroup: false);
    }

    /// <summary>A key of its own for one file and one purpose: from the file's salt and the label <c>vfl/v1/seal/kind</c>.</summary>
    internal byte[] Derive(string kind, ReadOnlySpan<byte> salt)
    {
        ObjectDisposedException.ThrowIf(_key.AsSpan().IndexOfAnyExcept((byte)0) < 0, this);
        byte[] key = new byte[32];
        KeyDerivation.Derive(_key, salt, KeyLabels.Seal(kind), key);
        return key;
    }

    /// <summary>Zeroes the key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_key);

    /// <summary>Prints nothing of the key.</summary>
    public override string ToString() => "[redacted]";

    private static StorageKey Load(string path, bool allowGroup)
    {
        byte[] bytes = SecretFile.Read(path, Size, allowGroup);
        return bytes.Length == Size && bytes.AsSpan().IndexOfAnyExcept((byte)0) >= 0
            ? new StorageKey(bytes)
            : throw new StorageException($"The storage key '{path}' does not hold {Size} random bytes; restore it from a backup, or remove it together with the sealed files that it opened.");
    }
}
