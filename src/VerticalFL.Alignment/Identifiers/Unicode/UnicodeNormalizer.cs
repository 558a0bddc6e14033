// Unicode normalisation forms KC and KD.
//
// What        compatibility decomposition, canonical ordering, canonical composition
// Reference   Unicode Standard Annex #15; Unicode 15.1, section 3.11 (D108 to D117) and 3.12 (Hangul)
// Why ours    string.Normalize leaves everything but ASCII as it is when globalisation is invariant, and otherwise follows whichever ICU
//             the machine has. Two parties would then hash one patient's name to two items. The table here is one version for all parties;
//             Unicode's stability policy keeps the forms of assigned characters in every later version.
// Data        normalization.bin, written by generate.py beside it

using System.Text;

namespace VerticalFL.Alignment.Identifiers.Unicode;

/// <summary>Normalisation with tables of our own, the same on every machine.</summary>
internal static class UnicodeNormalizer
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Tails = 28;

    private static readonly Dictionary<int, int[]> Decompositions = [];
    private static readonly Dictionary<int, byte> Classes = [];
    private static readonly Dictionary<(int First, int Second), int> Composites = [];

    static UnicodeNormalizer()
    {
        using Stream stream = typeof(UnicodeNormalizer).Assembly.GetManifestResourceStream("normalization.bin")
            ?? throw new InvalidOperationException("The resource normalization.bin is missing from the assembly.");
        using var reader = new BinaryReader(stream);
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            int point = reader.ReadInt32();
            int[] to = new int[reader.ReadByte()];
            for (int i = 0; i < to.Length; i++)
            {
                to[i] = reader.ReadInt32();
            }

            Decompositions.Add(point, to);
        }

        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            Classes.Add(reader.ReadInt32(), reader.ReadByte());
        }

        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            Composites.Add((reader.ReadInt32(), reader.ReadInt32()), reader.ReadInt32());
        }
    }

    /// <summary>Form KC. Lone surrogates become U+FFFD.</summary>
    public static string ToFormKC(string text) => Ascii.IsValid(text) ? text : Text(Compose(Decompose(text)));

    /// <summary>Form KD, as code points. Lone surrogates become U+FFFD.</summary>
    public static List<int> Decompose(string text)
    {
        var points = new List<int>(text.Length + 8);
        foreach (Rune rune in text.EnumerateRunes())
        {
            int hangul = rune.Value - HangulBase;
            if (hangul is >= 0 and < Leads * Vowels * Tails)
            {
                points.Add(LeadBase + (hangul / (Vowels * Tails)));
                points.Add(VowelBase + (hangul % (Vowels * Tails) / Tails));
                if (hangul % Tails != 0)
                {
                    points.Add(TailBase + (hangul % Tails));
                }
            }
            else if (Decompositions.TryGetValue(rune.Value, out int[]? to))
            {
                points.AddRange(to);
            }
            else
            {
                points.Add(rune.Value);
            }
        }

        Order(points);
        return points;
    }

    /// <summary>The canonical combining class; 0 for what starts a sequence.</summary>
    public static int CombiningClass(int point) => Classes.GetValueOrDefault(point);

    /// <summary>Code points as a string.</summary>
    public static string Text(List<int> points)
    {
        var text = new StringBuilder(points.Count);
        foreach (int point in points)
        {
            text.Append(new Rune(point));
        }

        return text.ToString();
    }

    // Stable insertion by class within each run of marks (D109).
    private static void Order(List<int> points)
    {
        for (int i = 1; i < points.Count; i++)
        {
            int point = points[i];
            int mark = CombiningClass(point);
            int at = i;
            while (mark != 0 && at > 0 && CombiningClass(points[at - 1]) > mark)
            {
                points[at] = points[at - 1];
                at--;
            }

            points[at] = point;
        }
    }

    private static List<int> Compose(List<int> points)
    {
        var result = new List<int>(points.Count);
        int starter = -1;
        int previous = 0;
        foreach (int point in points)
        {
            int mark = CombiningClass(point);

            // Blocked (D115) when something of the same or a higher class, or another starter, stands in between.
            bool blocked = starter < 0 || (starter != result.Count - 1 && previous >= mark);
            if (!blocked && TryCompose(result[starter], point, out int composite))
            {
                result[starter] = composite;
                continue;
            }

            if (mark == 0)
            {
                starter = result.Count;
            }

            previous = mark;
            result.Add(point);
        }

        return result;
    }

    private static bool TryCompose(int first, int second, out int composite)
    {
        if (first is >= LeadBase and < LeadBase + Leads && second is >= VowelBase and < VowelBase + Vowels)
        {
            composite = HangulBase + ((((first - LeadBase) * Vowels) + second - VowelBase) * Tails);
            return true;
        }

        if (first is >= HangulBase and < HangulBase + (Leads * Vowels * Tails) && (first - HangulBase) % Tails == 0
            && second is > TailBase and < TailBase + Tails)
        {
            composite = first + second - TailBase;
            return true;
        }

        return Composites.TryGetValue((first, second), out composite);
    }
}
