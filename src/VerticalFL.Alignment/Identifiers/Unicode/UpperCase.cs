// Simple upper case: one code point to one.
//
// What        Simple_Uppercase_Mapping, field 12 of UnicodeData.txt
// Reference   Unicode Standard 15.1, section 4.2
// Why ours    Rune.ToUpperInvariant follows whichever ICU the machine has, or without it a table of .NET's that leaves out the dotless i and the
//             long s: two parties would hash one name to two items.
// Data        uppercase.bin, written by uppercase.py beside it

using System.Collections.Frozen;
using System.Text;

namespace VerticalFL.Alignment.Identifiers.Unicode;

/// <summary>Upper case with a table of our own, the same on every machine.</summary>
internal static class UpperCase
{
    private static readonly FrozenDictionary<int, int> Mappings = Load();

    /// <summary>The upper case of a code point; itself when it has none of one code point.</summary>
    public static Rune Of(Rune rune) => Mappings.TryGetValue(rune.Value, out int upper) ? new Rune(upper) : rune;

    private static FrozenDictionary<int, int> Load()
    {
        using Stream stream = typeof(UpperCase).Assembly.GetManifestResourceStream("uppercase.bin")
            ?? throw new InvalidOperationException("The resource uppercase.bin is missing from the assembly.");
        using var reader = new BinaryReader(stream);
        var mappings = new Dictionary<int, int>();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            mappings.Add(reader.ReadInt32(), reader.ReadInt32());
        }

        return mappings.ToFrozenDictionary();
    }
}
