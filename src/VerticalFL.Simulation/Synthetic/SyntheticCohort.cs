using System.Text;
using System.Text.Json;
using VerticalFL.Data.Preprocessing;

namespace VerticalFL.Simulation.Synthetic;

/// <summary>
/// Made-up consortia of a hospital, a lab and a pharmacy, to try things on: study.json and one CSV file a party, as
/// <c>vfl simulate</c> reads them. The same options give the same bytes.
/// </summary>
public static class SyntheticCohort
{
    /// <summary>
    /// Writes a multi-omics consortium: the hospital has clinical columns, the binary outcome and the split; the lab has transcriptome,
    /// proteome and metabolome; the pharmacy has prescriptions. Part of the signal is with each party.
    /// </summary>
    /// <param name="folder">Where the files go; made if it is not there. Files of the same names are replaced.</param>
    /// <param name="options">The size.</param>
    /// <param name="cancellationToken">Ends the writing early.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option out of its range.</exception>
    public static Task<SyntheticSummary> WriteAsync(string folder, SyntheticOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Problem is string problem)
        {
            throw new ArgumentOutOfRangeException(nameof(options), problem);
        }

        return WriteAsync(folder, CohortShapes.MultiOmics(options), options.Seed, cancellationToken);
    }

    /// <summary>Writes a made-up double of a public data set.</summary>
    /// <param name="folder">Where the files go; made if it is not there. Files of the same names are replaced.</param>
    /// <param name="twin">Which one.</param>
    /// <param name="seed">Decides every value; from 0.</param>
    /// <param name="cancellationToken">Ends the writing early.</param>
    public static Task<SyntheticSummary> WriteTwinAsync(
        string folder, SyntheticTwin twin, int seed = 7, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(seed);
        return WriteAsync(folder, CohortShapes.Twin(twin), seed, cancellationToken);
    }

    private static async Task<SyntheticSummary> WriteAsync(string folder, CohortShape shape, int seed, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        Directory.CreateDirectory(folder);
        var generator = new CohortGenerator(shape, seed);
        Dictionary<string, int> rows = [];
        for (int party = 0; party < CohortShape.Parties.Length; party++)
        {
            string name = CohortShape.Parties[party];
            rows.Add(name, generator.Rows(party));
            StreamWriter writer = new(Path.Combine(folder, name + ".csv"), append: false, new UTF8Encoding(false), 1 << 16);
            await using (writer.ConfigureAwait(false))
            {
                await generator.WriteAsync(party, writer, cancellationToken).ConfigureAwait(false);
            }
        }

        await File.WriteAllBytesAsync(Path.Combine(folder, "study.json"), StudyJson(shape, seed), cancellationToken).ConfigureAwait(false);
        return new SyntheticSummary(rows, shape.Intersection, shape.Train, shape.Intersection - shape.Train);
    }

    // What a biostatistician would write by hand: only what differs from the defaults.
    private static byte[] StudyJson(CohortShape shape, int seed)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            json.WriteString("name", shape.Name);
            json.WriteString("purpose", "try the platform on made-up patients");
            json.WriteString("labelParty", CohortShape.Parties[0]);
            WriteFeatureParties(json, "featureParties");
            json.WriteNumber("seed", seed);
            json.WriteString("task", shape.Outcome switch
            {
                OutcomeKind.Binary => "binary",
                OutcomeKind.Multiclass => "multiclass",
                _ => "survival",
            });
            json.WriteStartObject("model");
            json.WriteString("preset", shape.Preset);
            json.WriteEndObject();
            json.WriteStartObject("training");
            json.WriteNumber("batch", shape.Batch);
            json.WriteEndObject();
            json.WriteStartObject("labels");
            WriteFeatureParties(json, "disclosedTo");
            json.WriteEndObject();
            if (shape.Intersection < 50)
            {
                json.WriteStartObject("alignment");
                json.WriteNumber("minimumPatients", shape.Intersection);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void WriteFeatureParties(Utf8JsonWriter json, string name)
    {
        json.WriteStartArray(name);
        foreach (string party in CohortShape.Parties[1..])
        {
            json.WriteStringValue(party);
        }

        json.WriteEndArray();
    }
}
