using System.Text.Json;
using System.Text.Json.Serialization;

namespace VerticalFL.Simulation.Services;

/// <summary>The one line of JSON that a service prints on standard output when it is ready.</summary>
/// <param name="Ready">Always true.</param>
/// <param name="Port">The coordinator's bound port; 0 for an agent.</param>
public sealed record ServiceReady([property: JsonPropertyName("ready")] bool Ready, [property: JsonPropertyName("port")] int Port)
{
    /// <summary>The line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this);

    internal static ServiceReady? TryParse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ServiceReady>(line) is { Ready: true } ready ? ready : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
