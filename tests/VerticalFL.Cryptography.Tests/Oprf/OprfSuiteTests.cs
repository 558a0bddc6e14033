using System.Security.Cryptography;
using System.Text.Json;
using VerticalFL.Cryptography.Oprf;
using VerticalFL.Cryptography.Ristretto255;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Oprf;

public sealed class OprfSuiteTests
{
    [Fact]
    public void Rfc9497_suite_reproduces_the_published_transcripts()
    {
        JsonElement file = VectorFile.Load("oprf-ristretto255-sha512.json");
        OprfSuite suite = OprfSuite.Rfc9497;
        Assert.True(Scalar.TryDecode(file.Hex("key"), out Scalar key));
        foreach (JsonElement vector in file.GetProperty("vectors").EnumerateArray())
        {
            byte[] input = vector.Hex("input");
            Assert.True(Scalar.TryDecode(vector.Hex("blind"), out Scalar blind));

            RistrettoPoint blinded = suite.Blind(input, blind);
            Assert.Equal(vector.Hex("blindedElement"), blinded.ToArray());
            RistrettoPoint evaluated = OprfSuite.BlindEvaluate(key, blinded);
            Assert.Equal(vector.Hex("evaluationElement"), evaluated.ToArray());
            byte[] output = new byte[OprfSuite.OutputSize];
            OprfSuite.FinalizeOutput(input, blind, evaluated, output);
            Assert.Equal(vector.Hex("output"), output);
            suite.Evaluate(key, input, output);
            Assert.Equal(vector.Hex("output"), output);
        }
    }

    [Fact]
    public void Published_key_is_derived_from_its_seed()
    {
        // DeriveKeyPair, RFC 9497 section 3.2.1: hash (seed, length-prefixed info, counter 0) to a scalar.
        JsonElement file = VectorFile.Load("oprf-ristretto255-sha512.json");
        byte[] info = file.Hex("keyInfo");
        byte[] message = [.. file.Hex("seed"), 0, (byte)info.Length, .. info, 0];

        Scalar key = HashToGroup.HashToScalar(message, "DeriveKeyPairOPRFV1-\0-ristretto255-SHA512"u8);

        byte[] bytes = new byte[Scalar.Size];
        key.Encode(bytes);
        Assert.Equal(file.Hex("key"), bytes);
    }

    [Theory]
    [InlineData(1, 16)]
    [InlineData(64, 16)]
    [InlineData(13, 1)]
    [InlineData(9, 300)]
    public void Many_inputs_side_by_side_give_what_each_gives_alone(int count, int length)
    {
        byte[] inputs = RandomNumberGenerator.GetBytes(count * length), elements = RandomNumberGenerator.GetBytes(count * 32);
        byte[] uniform = new byte[count * 64], outputs = new byte[count * 64], one = new byte[64];
        OprfSuite.Rfc9497.ExpandAll(inputs, length, uniform);
        OprfSuite.HashOutputs(inputs, length, elements, outputs);
        for (int i = 0; i < count; i++)
        {
            OprfSuite.Rfc9497.Expand(inputs.AsSpan(i * length, length), one);
            Assert.Equal(one, uniform.AsSpan(i * 64, 64));
            OprfSuite.HashOutput(inputs.AsSpan(i * length, length), elements.AsSpan(i * 32, 32), one);
            Assert.Equal(one, outputs.AsSpan(i * 64, 64));
        }
    }

    [Fact]
    public void Suites_differ_in_their_domain_tag()
    {
        Assert.NotEqual(OprfSuite.Rfc9497.HashToGroup([1, 2, 3]), OprfSuite.Alignment.HashToGroup([1, 2, 3]));
    }

    [Fact]
    public void Blind_refuses_an_input_beyond_the_length_prefix() =>
        Assert.Throws<ArgumentException>(() => OprfSuite.Rfc9497.Blind(new byte[65536], Scalar.One));
}
