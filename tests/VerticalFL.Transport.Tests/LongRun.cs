namespace VerticalFL.Transport.Tests;

/// <summary>Tests that take minutes at full length run a part of it, unless the environment says <c>VFL_LONG=1</c>.</summary>
internal static class LongRun
{
    public static bool Wanted { get; } = Environment.GetEnvironmentVariable("VFL_LONG") == "1";

    /// <summary>How much of something to do.</summary>
    public static int Of(int brief, int whole) => Wanted ? whole : brief;
}
