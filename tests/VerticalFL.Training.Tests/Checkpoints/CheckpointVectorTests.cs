using System.Text.Json.Nodes;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;
using VerticalFL.Testing;
using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.LabelProtection;
using Xunit;

namespace VerticalFL.Training.Tests.Checkpoints;

public sealed class CheckpointVectorTests
{
    private static readonly JsonNode Root =
        JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "training", "vectors", "checkpoints.json")))!;

    [Fact]
    public void Transcript_matches_the_vectors_whether_or_not_a_message_announces_a_checkpoint()
    {
        JsonNode c = Root["transcript"]!;
        byte[] parts = [.. c["parts"]!.AsArray().Select(p => p!.GetValue<byte>())];
        var transcript = new Transcript(
            StudyId.FromBytes(Hex(c["study"])), RunId.FromBytes(Hex(c["run"])), System.Security.Cryptography.SHA256.HashData(parts));
        var hashes = new List<byte[]> { transcript.Hash };
        foreach (JsonNode? m in c["messages"]!.AsArray())
        {
            long number = m!["number"]!.GetValue<long>();
            byte[] content = Hex(m["content"]);
            if (m["kind"]!.GetValue<int>() == 1)
            {
                transcript.Append(new ActivationGradients { Step = number, Microbatch = 0, Values = content, Checkpoint = number == 1 ? 0 : null });
            }
            else
            {
                transcript.Append(new EpochDecision { Epoch = (int)number, Outcome = (EpochOutcome)content[0], Checkpoint = number == 1 ? 1 : null });
            }

            hashes.Add(transcript.Hash);
        }

        Assert.Equal(c["hashes"]!.AsArray().Select(Hex), hashes);
    }

    [Fact]
    public void Noise_of_a_step_matches_the_vectors()
    {
        foreach (JsonNode? c in Root["noise"]!.AsArray())
        {
            using var seed = new NoiseSeed(Hex(c!["seed"]));
            float[] gradient = [.. c["gradient"]!.AsArray().Select(g => (float)g!.GetValue<double>())];
            var noisy = new float[gradient.Length];

            new MaxNormNoise(seed).Apply(c["step"]!.GetValue<long>(), gradient, c["width"]!.GetValue<int>(), [], noisy);

            // Logarithm and cosine may differ in their last bit between libraries.
            Assert.All(noisy.Zip(c["noisy"]!.AsArray()), n => Assert.Equal(n.Second!.GetValue<double>(), n.First, 1e-5));
        }
    }

    private static byte[] Hex(JsonNode? node) => Convert.FromHexString(node!.GetValue<string>());
}
