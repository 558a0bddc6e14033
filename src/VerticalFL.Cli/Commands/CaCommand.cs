using System.CommandLine;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl ca</c></summary>
internal static class CaCommand
{
    public static Command Create() => new("ca", "Keep the consortium's own certificate authority; its key may stay offline.")
    {
        CaInitCommand.Create(),
        CaSignCommand.Create(),
        CaRevokeCommand.Create(),
    };

    /// <summary>The option that names the authority's directory.</summary>
    public static Option<string> DirectoryOption() => new("--dir")
    {
        Description = "The authority's directory.",
        HelpName = "dir",
        DefaultValueFactory = _ => "ca",
    };
}
