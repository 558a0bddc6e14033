namespace VerticalFL.Agent.Predictions;

/// <summary>Text of the coordinator's, which ends in logs and on terminals.</summary>
internal static class PrintableText
{
    /// <summary>The text with a point for each control character.</summary>
    public static string Of(string text) => new([.. text.Select(c => char.IsControl(c) ? '.' : c)]);
}
