using System.CommandLine;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl data</c></summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Look at a party's own data, on its own machine.")
    {
        DataDescribeCommand.Create(),
        DataKeysCommand.Create(),
    };
}
