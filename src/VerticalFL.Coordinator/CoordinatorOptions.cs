using System.Text.Json;
using System.Text.Json.Serialization;

namespace VerticalFL.Coordinator;

/// <summary>The coordinator's configuration file: JSON, paths relative to the file.</summary>
public sealed record CoordinatorOptions
{
    /// <summary>Where agents connect: address and port; port 0 takes a free one. Default: every address, port 7443.</summary>
    public string Listen { get; init; } = "0.0.0.0:7443";

    /// <summary>Where the registry and the control socket live; 0700. Default: <c>state</c>.</summary>
    public string StateDirectory { get; init; } = "state";

    /// <summary>
    /// The directory of the keys and certificates that <c>vfl enroll</c> and <c>vfl ca sign</c> made: <c>service.key.pem</c>, <c>service.cert.pem</c>,
    /// <c>ca.cert.pem</c> and, once something is revoked, <c>revoked.json</c>. Default: the configuration's own directory.
    /// </summary>
    public string Keys { get; init; } = ".";

    /// <summary>What is logged on standard error from on, such as <c>Warning</c>. Default: Information.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<LogLevel>))]
    public LogLevel LogLevel { get; init; } = LogLevel.Information;

    /// <summary>Reads the file.</summary>
    /// <exception cref="InvalidDataException">The file is not a configuration; the message says where.</exception>
    public static CoordinatorOptions Load(string path)
    {
        try
        {
            CoordinatorOptions read = JsonSerializer.Deserialize<CoordinatorOptions>(File.ReadAllBytes(path), Json)
                ?? throw new InvalidDataException($"{path}: the file holds null.");
            string root = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return read with
            {
                StateDirectory = Path.Combine(root, read.StateDirectory),
                Keys = Path.Combine(root, read.Keys),
            };
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: {e.Message}", e);
        }
    }

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
    };
}
