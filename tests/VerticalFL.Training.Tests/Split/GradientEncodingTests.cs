using System.Text.Json.Nodes;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using VerticalFL.Training.Split;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class GradientEncodingTests
{
    private static readonly JsonNode Vectors =
        JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "training", "vectors", "gradients.json")))!;

    [Fact]
    public void Float16_matches_the_vectors()
    {
        JsonNode[] cases = [.. Vectors["float16"]!.AsArray().Select(c => c!)];
        float[] values = [.. cases.Select(c => (float)c["value"]!.GetValue<double>())];
        var bytes = new byte[values.Length * GradientEncoding.SizeOf(GradientFormat.Float16)];
        var read = new float[values.Length];

        GradientEncoding.Write(values, GradientFormat.Float16, bytes);
        GradientEncoding.Read(bytes, GradientFormat.Float16, read);

        Assert.Equal(cases.SelectMany(c => Convert.FromHexString(c["bytes"]!.GetValue<string>())), bytes);
        Assert.Equal(cases.Select(c => (float)c["read"]!.GetValue<double>()), read);
    }

    [Fact]
    public void Invalid_float16_is_read_as_what_the_reader_refuses()
    {
        foreach (JsonNode? c in Vectors["invalid"]!.AsArray())
        {
            var read = new float[1];

            GradientEncoding.Read(Convert.FromHexString(c!["bytes"]!.GetValue<string>()), GradientFormat.Float16, read);

            Assert.False(float.IsFinite(read[0]));
        }
    }

    [Fact]
    public void Float32_comes_back_bit_for_bit()
    {
        float[] values = [0.1f, -3e38f, 1e-45f, 7];
        var bytes = new byte[16];
        var read = new float[4];

        GradientEncoding.Write(values, GradientFormat.Float32, bytes);
        GradientEncoding.Read(bytes, GradientFormat.Float32, read);

        Assert.Equal(values, read);
    }
}
