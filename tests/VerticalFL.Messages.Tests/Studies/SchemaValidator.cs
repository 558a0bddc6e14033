using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace VerticalFL.Messages.Tests.Studies;

/// <summary>
/// The part of JSON Schema 2020-12 that the study's schema uses. A keyword that it does not know fails the test instead of passing silently.
/// </summary>
internal sealed class SchemaValidator(JsonObject root)
{
    private static readonly HashSet<string> Annotations = ["$schema", "$id", "$defs", "title", "description", "default", "examples", "format"];

    /// <summary>Null when the instance is valid, otherwise the place of the first rule that is broken.</summary>
    public string? Validate(JsonNode? instance) => Validate(root, instance, "$");

    public JsonObject Resolve(JsonObject schema)
    {
        string? reference = schema["$ref"]?.GetValue<string>();
        return reference is null ? schema : reference["#/".Length..].Split('/').Aggregate((JsonNode)root, (node, name) => node[name]!).AsObject();
    }

    private string? Validate(JsonObject schema, JsonNode? value, string path)
    {
        foreach ((string keyword, JsonNode? rule) in schema)
        {
            string? broken = Annotations.Contains(keyword) ? null : Check(schema, keyword, rule!, value, path);
            if (broken is not null)
            {
                return broken;
            }
        }

        return null;
    }

    private string? Check(JsonObject schema, string keyword, JsonNode rule, JsonNode? value, string path)
    {
        string? text = value is JsonValue v && v.GetValueKind() == JsonValueKind.String ? v.GetValue<string>() : null;
        double? number = value?.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : null;
        JsonArray? list = value as JsonArray;
        JsonObject? members = value as JsonObject;
        string here = $"{path} ({keyword})";
        switch (keyword)
        {
            case "$ref":
                return Validate(Resolve(schema), value, path);
            case "type":
                string[] types = rule is JsonArray a ? [.. a.Select(t => t!.GetValue<string>())] : [rule.GetValue<string>()];
                return types.Any(t => IsOfType(value, t)) ? null : here;
            case "const":
                return JsonNode.DeepEquals(rule, value) ? null : here;
            case "enum":
                return rule.AsArray().Any(e => JsonNode.DeepEquals(e, value)) ? null : here;
            case "not":
                return Validate(rule.AsObject(), value, path) is null ? here : null;
            case "anyOf":
                return rule.AsArray().Any(s => Validate(s!.AsObject(), value, path) is null) ? null : here;
            case "minimum":
                return number < rule.GetValue<double>() ? here : null;
            case "maximum":
                return number > rule.GetValue<double>() ? here : null;
            case "minLength":
                return text?.Length < rule.GetValue<int>() ? here : null;
            case "maxLength":
                return text?.Length > rule.GetValue<int>() ? here : null;
            case "pattern":
                return text is not null && !Regex.IsMatch(text, rule.GetValue<string>()) ? here : null;
            case "minItems":
                return list?.Count < rule.GetValue<int>() ? here : null;
            case "maxItems":
                return list?.Count > rule.GetValue<int>() ? here : null;
            case "maxProperties":
                return members?.Count > rule.GetValue<int>() ? here : null;
            case "uniqueItems":
                return list is not null && list.Select(i => i!.ToJsonString()).Distinct().Count() != list.Count ? here : null;
            case "required":
                return members is null ? null : rule.AsArray().Select(r => r!.GetValue<string>()).FirstOrDefault(r => !members.ContainsKey(r));
            case "items":
                return list?.Select((item, i) => Validate(rule.AsObject(), item, $"{path}[{i}]")).FirstOrDefault(b => b is not null);
            case "propertyNames":
                return members?.Select(m => Validate(rule.AsObject(), JsonValue.Create(m.Key), here)).FirstOrDefault(b => b is not null);
            case "properties":
                return members?.Where(m => rule.AsObject().ContainsKey(m.Key))
                    .Select(m => Validate(rule[m.Key]!.AsObject(), m.Value, $"{path}.{m.Key}")).FirstOrDefault(b => b is not null);
            case "additionalProperties":
                return members?.Where(m => schema["properties"]?.AsObject().ContainsKey(m.Key) != true)
                    .Select(m => rule is JsonObject s ? Validate(s, m.Value, $"{path}.{m.Key}") : $"{path}.{m.Key} ({keyword})")
                    .FirstOrDefault(b => b is not null);
            default:
                throw new InvalidOperationException($"The validator does not know the keyword '{keyword}' at {path}.");
        }
    }

    private static bool IsOfType(JsonNode? value, string type) => (type, value?.GetValueKind() ?? JsonValueKind.Null) switch
    {
        ("object", JsonValueKind.Object) or ("array", JsonValueKind.Array) or ("string", JsonValueKind.String)
            or ("number", JsonValueKind.Number) or ("null", JsonValueKind.Null) or ("boolean", JsonValueKind.True or JsonValueKind.False) => true,
        ("integer", JsonValueKind.Number) => value!.GetValue<double>() % 1 == 0,
        _ => false,
    };
}
