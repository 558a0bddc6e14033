namespace VerticalFL.EndToEnd.Tests;

/// <summary>Whole trainings and quality thresholds take minutes; they run when the environment says <c>VFL_LONG=1</c>.</summary>
internal static class LongTests
{
    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("VFL_LONG") == "1";
}
