using VerticalFL.Agent.Reports;

namespace VerticalFL.Cli.Display;

/// <summary>A report's main figures as lines of text.</summary>
internal static class ReportText
{
    public static IEnumerable<string> Lines(Report report) => [];
}
