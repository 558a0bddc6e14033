using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Identifiers.Unicode;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Alignment.Tests.Identifiers;

public sealed class ItemVectorTests
{
    [Fact]
    public void Build_every_vector_has_its_normal_form_and_item()
    {
        JsonElement vectors = Vectors.Load("items.json");
        var study = StudyId.FromBytes(vectors.Hex("study"));
        foreach (JsonElement vector in vectors.List("cases"))
        {
            IdentifierColumn[] key = Key(vector);
            string?[] values = Values(vector);
            Assert.Equal(
                vector.List("normalised").Select(v => v.GetString()),
                key.Zip(values, (column, value) => IdentifierNormalizer.Normalize(value, column.Kind)));
            var set = ItemSet.Build(study, key, [.. values.Select(v => (IReadOnlyList<string?>)[v])], vector.Int("key"));
            Assert.Equal(vector.Text("item"), Convert.ToHexStringLower(set.Items.Span));
        }
    }

    [Fact]
    public void Build_every_blank_vector_is_left_out_and_reported()
    {
        JsonElement vectors = Vectors.Load("items.json");
        foreach (JsonElement vector in vectors.List("blank"))
        {
            var set = ItemSet.Build(Party.Study, Key(vector), [.. Values(vector).Select(v => (IReadOnlyList<string?>)[v])]);
            Assert.True(set is { Count: 0, BlankRows: [0], Invalid: [] }, vector.Text("reason"));
        }
    }

    [Fact]
    public void Build_every_vector_that_is_not_of_its_kind_is_left_out_and_reported_with_its_column()
    {
        foreach (JsonElement vector in Vectors.Load("items.json").List("invalid"))
        {
            string?[] values = Values(vector);
            var set = ItemSet.Build(Party.Study, Key(vector), [.. values.Select(v => (IReadOnlyList<string?>)[v])]);
            Assert.True(set is { Count: 0, BlankRows: [] } && set.Invalid.Single() == new InvalidIdentifier(0, values.Length - 1), vector.Text("reason"));
        }
    }

    [Fact]
    public void Normalise_every_code_point_matches_the_unicode_database()
    {
        JsonElement digests = Vectors.Load("normalisation.json").GetProperty("sha256OfEveryCodePoint");
        string[] points = [.. Enumerable.Range(0, 0x110000).Where(c => c is < 0xD800 or >= 0xE000).Select(char.ConvertFromUtf32)];
        Assert.Equal(digests.Text("NFKC"), Digest(points.Select(UnicodeNormalizer.ToFormKC)));
        Assert.Equal(digests.Text("NFKD"), Digest(points.Select(FormKD)));
    }

    [Fact]
    public void Normalise_every_text_vector_matches_both_forms()
    {
        foreach (JsonElement vector in Vectors.Load("normalisation.json").List("cases"))
        {
            Assert.Equal(vector.Text("NFKC"), UnicodeNormalizer.ToFormKC(vector.Text("text")));
            Assert.Equal(vector.Text("NFKD"), FormKD(vector.Text("text")));
        }
    }

    private static string FormKD(string text) => UnicodeNormalizer.Text(UnicodeNormalizer.Decompose(text));

    private static string Digest(IEnumerable<string> texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))));

    private static IdentifierColumn[] Key(JsonElement vector) =>
        [.. vector.List("kinds").Select(k => Enum.Parse<IdentifierKind>(k.GetString()!, ignoreCase: true))
            .Select((kind, i) => new IdentifierColumn($"column{i}", kind))];

    private static string?[] Values(JsonElement vector) => [.. vector.List("values").Select(v => v.GetString())];
}
