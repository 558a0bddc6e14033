using System.Net.Sockets;

namespace VerticalFL.Transport.Local;

/// <summary>
/// The Unix domain socket in a service's state directory, through which operators on the same machine talk to it. Who may is decided
/// by the file system: the directory is 0700 and the socket 0600.
/// </summary>
public static class LocalSocket
{
    /// <summary>The file's name in the state directory.</summary>
    public const string FileName = "control.sock";

    /// <summary>The longest path that the platform can bind, in bytes.</summary>
    public const int MaxPathBytes = 104;

    /// <summary>The socket's path for a state directory.</summary>
    /// <exception cref="IOException">The path is too long to bind.</exception>
    public static string PathFor(string stateDirectory)
    {
        string path = Path.Combine(Path.GetFullPath(stateDirectory), FileName);
        int length = System.Text.Encoding.UTF8.GetByteCount(path);
        return length <= MaxPathBytes
            ? path
            : throw new IOException($"The socket path {path} has {length} bytes, the platform allows {MaxPathBytes}: choose a state directory with a shorter path.");
    }

    /// <summary>Makes room for a listener: removes a socket file that a killed process left behind.</summary>
    /// <exception cref="IOException">A running service answers on it.</exception>
    public static void RemoveStale(string path)
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException)
        {
            File.Delete(path);
            return;
        }

        throw new IOException($"Another service already runs on the state directory of {path}: stop it, or choose another stateDirectory.");
    }

    /// <summary>Restricts the bound socket to its owner.</summary>
    public static void Restrict(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }
}
