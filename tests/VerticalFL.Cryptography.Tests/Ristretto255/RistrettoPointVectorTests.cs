using System.Text.Json;
using VerticalFL.Cryptography.Ristretto255;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Ristretto255;

public sealed class RistrettoPointVectorTests
{
    private static readonly JsonElement Vectors = VectorFile.Load("ristretto255.json");

    [Fact]
    public void Generator_multiples_have_the_published_encodings()
    {
        RistrettoPoint sum = RistrettoPoint.Identity;
        ulong k = 0;
        foreach (JsonElement expected in Vectors.GetProperty("generatorMultiples").EnumerateArray())
        {
            byte[] encoding = Convert.FromHexString(expected.GetString()!);

            Assert.Equal(encoding, sum.ToArray());
            Assert.Equal(encoding, (Scalar.FromUInt64(k) * RistrettoPoint.Generator).ToArray());
            Assert.Equal(encoding, RistrettoPoint.MultiplyGenerator(Scalar.FromUInt64(k)).ToArray());
            Assert.True(RistrettoPoint.TryDecode(encoding, out RistrettoPoint decoded));
            Assert.Equal(sum, decoded);
            Assert.Equal(encoding, decoded.ToArray());
            sum += RistrettoPoint.Generator;
            k++;
        }

        Assert.Equal(16UL, k);
    }

    [Fact]
    public void TryDecode_refuses_every_invalid_encoding()
    {
        int count = 0;
        foreach (JsonElement vector in Vectors.GetProperty("invalidEncodings").EnumerateArray())
        {
            bool decoded = RistrettoPoint.TryDecode(vector.Hex("encoding"), out RistrettoPoint point);

            Assert.False(decoded, vector.Text("reason"));
            Assert.True(point.IsIdentity);
            count++;
        }

        Assert.Equal(29, count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void TryDecode_refuses_another_length(int length) => Assert.False(RistrettoPoint.TryDecode(new byte[length], out _));

    [Fact]
    public void FromUniformBytes_gives_the_published_elements()
    {
        foreach (JsonElement vector in Vectors.GetProperty("derivations").EnumerateArray())
        {
            Assert.Equal(vector.Hex("encoding"), RistrettoPoint.FromUniformBytes(vector.Hex("uniformBytes")).ToArray());
        }
    }

    [Fact]
    public void SqrtRatio_gives_the_published_roots()
    {
        foreach (JsonElement vector in Vectors.GetProperty("squareRootRatios").EnumerateArray())
        {
            ulong wasSquare = FieldRoots.SqrtRatio(
                FieldElement.FromBytes(vector.Hex("u")), FieldElement.FromBytes(vector.Hex("v")), out FieldElement root);

            byte[] bytes = new byte[32];
            root.ToBytes(bytes);
            Assert.Equal(vector.Hex("root"), bytes);
            Assert.Equal(vector.GetProperty("wasSquare").GetBoolean() ? ulong.MaxValue : 0, wasSquare);
        }
    }
}
