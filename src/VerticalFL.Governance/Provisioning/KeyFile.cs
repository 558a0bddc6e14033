using System.Security.Cryptography;
using System.Text;
using VerticalFL.Governance.Storage;

namespace VerticalFL.Governance.Provisioning;

/// <summary>
/// Private keys on disk: ECDSA P-256, PKCS#8 in PEM, mode 0600, encrypted when there is a passphrase (PBES2, AES-256-CBC, PBKDF2 with
/// SHA-256 and 600000 rounds).
/// </summary>
public static class KeyFile
{
    private const int MaxBytes = 16 * 1024;

    private static readonly PbeParameters Encryption = new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 600_000);

    /// <summary>Reads a private key.</summary>
    /// <param name="path">The PEM file; on Unix it must be closed to group and others.</param>
    /// <param name="passphrase">Opens an encrypted key; null when there is none.</param>
    /// <exception cref="KeyFileException">There is no such file, others may read it, the passphrase is wrong or missing, or it is no key.</exception>
    public static ECDsa Load(string path, string? passphrase = null)
    {
        byte[] bytes = ReadBytes(path);
        char[] pem = Encoding.ASCII.GetChars(bytes);
        CryptographicOperations.ZeroMemory(bytes);
        try
        {
            return Import(pem, path, passphrase);
        }
        finally
        {
            Array.Clear(pem);
        }
    }

    /// <summary>Whether the key needs a passphrase.</summary>
    /// <exception cref="KeyFileException">There is no such file, or others may read it.</exception>
    public static bool IsEncrypted(string path) =>
        ReadBytes(path).AsSpan().IndexOf("ENCRYPTED PRIVATE KEY"u8) >= 0;

    /// <summary>Writes a private key.</summary>
    internal static void Save(ECDsa key, string path, string? passphrase)
    {
        string pem = passphrase is null
            ? key.ExportPkcs8PrivateKeyPem()
            : key.ExportEncryptedPkcs8PrivateKeyPem(passphrase, Encryption);
        byte[] bytes = Encoding.ASCII.GetBytes(pem + "\n");
        try
        {
            AtomicFile.Write(path, bytes);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return SecretFile.Read(path, MaxBytes);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new KeyFileException($"There is no private key '{path}'; 'vfl enroll' or 'vfl ca init' makes it.", e);
        }
        catch (StorageException e)
        {
            throw new KeyFileException(e.Message, e);
        }
    }

    private static ECDsa Import(ReadOnlySpan<char> pem, string path, string? passphrase)
    {
        bool encrypted = pem.Contains("ENCRYPTED PRIVATE KEY", StringComparison.Ordinal);
        if (encrypted && passphrase is null)
        {
            throw new KeyFileException($"The private key '{path}' is encrypted; its passphrase is needed.");
        }

        ECDsa key = ECDsa.Create();
        try
        {
            if (encrypted)
            {
                key.ImportFromEncryptedPem(pem, passphrase);
            }
            else
            {
                key.ImportFromPem(pem);
            }

            return key;
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new KeyFileException(
                encrypted ? $"The private key '{path}' does not open with this passphrase." : $"The file '{path}' holds no private key in PEM.", e);
        }
    }
}
