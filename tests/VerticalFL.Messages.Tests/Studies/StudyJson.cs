using System.Text;
using System.Text.Json.Nodes;

namespace VerticalFL.Messages.Tests.Studies;

/// <summary>Studies as people write them, and single changes to them.</summary>
internal static class StudyJson
{
    public const string Shortest =
        """{ "name": "mortality", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] } }""";

    public static byte[] Utf8(string json) => Encoding.UTF8.GetBytes(json);

    /// <summary>The study with one value set; the pointer names object members and list positions.</summary>
    public static string With(string study, string pointer, string value)
    {
        JsonNode root = JsonNode.Parse(study)!;
        string[] steps = pointer.Split('/');
        JsonNode node = root;
        foreach (string step in steps[..^1])
        {
            node = node is JsonArray a ? a[int.Parse(step)]! : node[step] ?? (node[step] = new JsonObject());
        }

        JsonNode? parsed = JsonNode.Parse(value);
        if (node is JsonArray list)
        {
            list[int.Parse(steps[^1])] = parsed;
        }
        else
        {
            node[steps[^1]] = parsed;
        }

        return root.ToJsonString();
    }

    public static string Without(string study, string field)
    {
        JsonObject root = JsonNode.Parse(study)!.AsObject();
        root.Remove(field);
        return root.ToJsonString();
    }
}
