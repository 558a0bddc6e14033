using System.Text;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Alignment.Tests.Identifiers;

/// <summary>The short way for ASCII gives what the tables give.</summary>
public sealed class AsciiNormalizerTests
{
    public static TheoryData<IdentifierKind> Kinds => [.. Enum.GetValues<IdentifierKind>()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Every_ascii_character_between_letters_is_treated_as_by_the_tables(IdentifierKind kind)
    {
        for (char c = '\0'; c <= '\x7f'; c++)
        {
            foreach (string value in (string[])[$"{c}", $"a{c}", $"{c}7b", $"A{c}{c}z9", $" x{c} y "])
            {
                Check(value, kind);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Random_ascii_texts_are_treated_as_by_the_tables(IdentifierKind kind)
    {
        var random = new Random(5);
        for (int i = 0; i < 3000; i++)
        {
            Check(new string([.. Enumerable.Range(0, random.Next(30)).Select(_ => (char)random.Next(128))]), kind);
        }
    }

    [Theory]
    [InlineData("Müller")]
    [InlineData("\u0085a")]
    [InlineData("１２")]
    public void Other_characters_are_left_to_the_tables(string value) =>
        Assert.All(Enum.GetValues<IdentifierKind>(), kind => Assert.False(AsciiNormalizer.TryNormalize(value, kind, new byte[50], out _)));

    private static void Check(string value, IdentifierKind kind)
    {
        byte[] room = new byte[value.Length];
        if (AsciiNormalizer.TryNormalize(value, kind, room, out int written))
        {
            Assert.Equal(IdentifierNormalizer.Normalize(value, kind), Encoding.ASCII.GetString(room, 0, written));
        }
        else
        {
            Assert.False(kind is IdentifierKind.Text or IdentifierKind.Digits or IdentifierKind.Mrn or IdentifierKind.Name);
        }
    }
}
