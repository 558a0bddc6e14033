using System.Text.Json;
using System.Text.Json.Serialization;

namespace VerticalFL.Transport.Local;

/// <summary>The JSON form of everything on the local socket.</summary>
public static class LocalJson
{
    /// <summary>camelCase names, enums as camelCase text, absent values left out.</summary>
    public static JsonSerializerOptions Options { get; } = Make();

    private static JsonSerializerOptions Make()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        };
        options.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase));
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
