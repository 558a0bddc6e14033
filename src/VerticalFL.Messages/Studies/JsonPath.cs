namespace VerticalFL.Messages.Studies;

/// <summary>Writes JSON paths as RFC 9535 does.</summary>
internal static class JsonPath
{
    public static string Child(string path, string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$')
        ? $"{path}.{key}"
        : $"{path}['{key.Replace("'", "\\'", StringComparison.Ordinal)}']";
}
