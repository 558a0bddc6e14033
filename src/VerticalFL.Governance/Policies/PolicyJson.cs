using System.Text.Json;
using System.Text.Json.Serialization;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;

namespace VerticalFL.Governance.Policies;

/// <summary>Reads policies strictly: no unknown or repeated field, no null where none is meant, values in range.</summary>
internal static class PolicyJson
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        Converters = { new PartyIdConverter(), new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
    };

    public static Policy Read(ReadOnlySpan<byte> json)
    {
        Policy policy;
        try
        {
            policy = JsonSerializer.Deserialize<Policy>(json, Options) ?? throw new PolicyException("$", "null is not a policy; leave the field out for the built-in one.");
        }
        catch (JsonException e)
        {
            string message = e.Message.Split(" Path: ")[0];
            throw new PolicyException(e.Path ?? "$", message, e);
        }

        Check(policy);
        return policy;
    }

    private static void Check(Policy policy)
    {
        // Nullable annotations do not reach the elements of lists and maps.
        RequireTexts(policy.Purposes, "$.purposes");
        RequireTexts(policy.Columns.Allowed, "$.columns.allowed");
        RequireTexts(policy.Columns.Denied, "$.columns.denied");
        Require(policy.Purposes.Count > 0, "$.purposes", "no purpose is allowed, so every study would be refused; use [\"*\"] for any.");
        Require(policy.MinimumPatients >= 1, "$.minimumPatients", "use a number of patients, at least 1.");
        Require(policy.MinFeatureParties is >= 2 and <= 8, "$.minFeatureParties", "use 2 to 8; to be the only feature party, set allowPlainActivations.");
        Require(policy.MaxRuns >= 1, "$.maxRuns", "use at least 1.");
        Require(policy.LargestSetRatio >= 1, "$.largestSetRatio", "use at least 1.");
        Require(policy.LargestSet is null or >= 1, "$.largestSet", "use at least 1, or leave it out.");
        Require(policy.LargestCohortShare is > 0 and <= 1, "$.largestCohortShare", "use a share above 0 up to 1.");
        Require(policy.LargestEpsilon is null or (> 0 and < double.PositiveInfinity), "$.largestEpsilon", "use a number above 0, or leave it out.");
        Require(
            policy.PrivacyBudget.Epsilon is null or (> 0 and < double.PositiveInfinity), "$.privacyBudget.epsilon", "use a number above 0, or leave it out.");
        Require(policy.PrivacyBudget.Delta is > 0 and <= 1e-6, "$.privacyBudget.delta", "use a number above 0 up to 1e-6.");
        Require(policy.PrivacyBudget.Patient.Length > 0, "$.privacyBudget.patient", "name the column that holds a patient's own number.");
        Check(policy.Predictions);
        foreach ((PartyId party, PeerPolicy peer) in policy.Peers ?? new Dictionary<PartyId, PeerPolicy>())
        {
            const string form = "a pin is 'sha256:' and 64 lower-case hexadecimal digits, as 'vfl enroll' prints it.";
            Require(peer is not null, $"$.peers.{party}", "null says nothing; use {} for a peer without pins.");
            Require(peer!.Pin is null || PublicKeyPin.IsWellFormed(peer.Pin), $"$.peers.{party}.pin", form);
            foreach ((string name, string pin) in peer.Operators)
            {
                Require(CertificateIdentity.IsOperatorName(name), $"$.peers.{party}.operators", $"'{name}' cannot name an operator.");
                Require(PublicKeyPin.IsWellFormed(pin), $"$.peers.{party}.operators.{name}", form);
            }
        }
    }

    private static void Check(PredictionPolicy? predictions)
    {
        if (predictions is null)
        {
            return;
        }

        RequireTexts(predictions.Datasets, "$.predictions.datasets");
        Require(predictions.Datasets.Count > 0, "$.predictions.datasets", "name a dataset, or leave predictions out to allow none.");
        Require(predictions.MinimumPatients >= 1, "$.predictions.minimumPatients", "use a number of patients, at least 1.");
        Require(
            predictions.MostPatients >= predictions.MinimumPatients, "$.predictions.mostPatients", "use at least as many as minimumPatients.");
        Require(predictions.PerPatient >= 1, "$.predictions.perPatient", "use at least 1, or leave predictions out to allow none.");
        Require(predictions.PeriodDays is >= 1 and <= 3650, "$.predictions.periodDays", "use 1 to 3650 days.");
    }

    private static void RequireTexts(IReadOnlyList<string> texts, string path) =>
        Require(!texts.Contains(null!), path, "null is not a text; leave it out.");

    private static void Require(bool condition, string path, string problem)
    {
        if (!condition)
        {
            throw new PolicyException(path, problem);
        }
    }

    private sealed class PartyIdConverter : JsonConverter<PartyId>
    {
        public override PartyId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(reader.GetString());

        public override void Write(Utf8JsonWriter writer, PartyId value, JsonSerializerOptions options) => writer.WriteStringValue(value.Value);

        public override PartyId ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Of(reader.GetString());

        public override void WriteAsPropertyName(Utf8JsonWriter writer, PartyId value, JsonSerializerOptions options) => writer.WritePropertyName(value.Value);

        private static PartyId Of(string? text) =>
            PartyId.IsValid(text) ? new PartyId(text) : throw new JsonException($"'{text}' is not a party id.");
    }
}
