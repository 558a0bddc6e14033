namespace VerticalFL.Governance.Storage;

/// <summary>Reads small files that hold secrets, and refuses those that other users of the machine could read as well.</summary>
internal static class SecretFile
{
    private const UnixFileMode GroupBits = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const UnixFileMode OtherBits = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The largest size that is read.</param>
    /// <param name="allowGroup">
    /// For systemd's credentials only: it opens them to the service's user by an access control list, whose mask shows as group bits.
    /// </param>
    public static byte[] Read(string path, int maxBytes, bool allowGroup = false)
    {
        using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (!OperatingSystem.IsWindows())
        {
            UnixFileMode refused = allowGroup ? OtherBits : OtherBits | GroupBits;
            UnixFileMode mode = File.GetUnixFileMode(stream.SafeFileHandle);
            if ((mode & refused) != 0)
            {
                throw new StorageException(
                    $"The secret file '{path}' is open to other users (mode {Convert.ToString((int)mode, 8)}); run 'chmod 600' on it, and replace the secret if others may have read it.");
            }
        }

        if (stream.Length > maxBytes)
        {
            throw new StorageException($"The secret file '{path}' has {stream.Length} bytes; at most {maxBytes} are expected, so it is not what it should be.");
        }

        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
