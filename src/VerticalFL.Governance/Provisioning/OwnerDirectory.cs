namespace VerticalFL.Governance.Provisioning;

/// <summary>Directories that only their owner can enter (0700).</summary>
internal static class OwnerDirectory
{
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
