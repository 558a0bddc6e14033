using System.Buffers.Binary;
using VerticalFL.Training.Split;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>
/// The forms in which the vector of outcomes might leave. One outcome is a bit and cannot be searched for; 64 neighbours can: in the
/// order of the cohort, of its training rows, or of the file; as bits, bytes, numbers or text; also with the two outcomes exchanged.
/// </summary>
internal static class LabelNeedles
{
    private const int Rows = 64;

    private static readonly (string Name, byte[] Negative, byte[] Positive)[] Codes =
    [
        ("bytes", [0], [1]),
        ("signed bytes", [0xFF], [1]),
        ("MessagePack booleans", [0xC2], [0xC3]),
        ("digits", "0"u8.ToArray(), "1"u8.ToArray()),
        ("digits and commas", "0,"u8.ToArray(), "1,"u8.ToArray()),
        ("digits, commas and spaces", "0, "u8.ToArray(), "1, "u8.ToArray()),
        ("lines", "0\n"u8.ToArray(), "1\n"u8.ToArray()),
        ("row parts", [1], [2]),
        ("16-bit integers", [0, 0], [1, 0]),
        ("32-bit integers", Int(0), Int(1)),
        ("float32", Single(0), Single(1)),
        ("signed float32", Single(-1), Single(1)),
        ("float32, big endian", [.. Single(0).Reverse()], [.. Single(1).Reverse()]),
        ("float64", Double(0), Double(1)),
        ("signed float64", Double(-1), Double(1)),
        ("fixed point", Int(0), Int(1 << 20)),
        ("signed fixed point", Int(-(1 << 20)), Int(1 << 20)),
    ];

    public static void AddTo(NeedleSet needles, PartySecrets secrets)
    {
        bool[] file = secrets.Labels!;
        bool[] cohort = [.. secrets.Cohort.Select(r => file[r])];
        RowAssignment rows = secrets.Rows;
        AddOrder(needles, cohort, "cohort order");
        AddOrder(needles, [.. rows.TrainingRows.Select(r => cohort[r])], "training order");
        AddOrder(needles, file, "file order");
    }

    private static void AddOrder(NeedleSet needles, bool[] labels, string order)
    {
        for (int start = 0; start + Rows <= labels.Length; start++)
        {
            ReadOnlySpan<bool> some = labels.AsSpan(start, Rows);
            foreach ((string name, byte[] negative, byte[] positive) in Codes)
            {
                AddCode(needles, some, negative, positive, $"the outcomes in {order} as {name}");
                AddCode(needles, some, positive, negative, $"the outcomes in {order} as {name}");
            }

            ulong bits = 0;
            foreach (bool label in some)
            {
                bits = (bits << 1) | (label ? 1UL : 0);
            }

            AddBits(needles, bits, $"the outcomes in {order} as bits");
            AddBits(needles, ~bits, $"the outcomes in {order} as bits");
        }
    }

    private static void AddCode(NeedleSet needles, ReadOnlySpan<bool> labels, byte[] negative, byte[] positive, string what)
    {
        var bytes = new byte[labels.Length * negative.Length];
        for (int i = 0; i < labels.Length; i++)
        {
            (labels[i] ? positive : negative).CopyTo(bytes, i * negative.Length);
        }

        needles.Add(bytes, what);
    }

    private static void AddBits(NeedleSet needles, ulong firstIsHighest, string what)
    {
        var bytes = new byte[sizeof(ulong)];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, firstIsHighest);
        needles.Add(bytes, what);
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = Reverse(bytes[i]);
        }

        needles.Add(bytes, what);
    }

    private static byte Reverse(byte b)
    {
        int reversed = 0;
        for (int i = 0; i < 8; i++)
        {
            reversed |= (b >> i & 1) << (7 - i);
        }

        return (byte)reversed;
    }

    private static byte[] Int(int value) => BitConverter.GetBytes(value);

    private static byte[] Single(float value) => BitConverter.GetBytes(value);

    private static byte[] Double(double value) => BitConverter.GetBytes(value);
}
