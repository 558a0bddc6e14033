using System.Buffers.Binary;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>The binary forms in which a number might leave.</summary>
internal static class ValueForms
{
    public static readonly (string Name, Func<double, byte[]> Encode)[] Wide =
    [
        ("float64", v => Bytes(sizeof(double), b => BinaryPrimitives.WriteDoubleLittleEndian(b, v))),
        ("float64, big endian", v => Bytes(sizeof(double), b => BinaryPrimitives.WriteDoubleBigEndian(b, v))),
        ("fixed point in 64 bits", v => Bytes(sizeof(long), b => BinaryPrimitives.WriteInt64LittleEndian(b, (long)Math.Round(v * Math.Pow(2, 32))))),
    ];

    public static readonly (string Name, Func<double, byte[]> Encode)[] Narrow =
    [
        ("float32", v => Bytes(sizeof(float), b => BinaryPrimitives.WriteSingleLittleEndian(b, (float)v))),
        ("float32, big endian", v => Bytes(sizeof(float), b => BinaryPrimitives.WriteSingleBigEndian(b, (float)v))),
        ("fixed point", v => Bytes(sizeof(int), b => BinaryPrimitives.WriteInt32LittleEndian(b, Fixed(v)))),
        ("fixed point, big endian", v => Bytes(sizeof(int), b => BinaryPrimitives.WriteInt32BigEndian(b, Fixed(v)))),
    ];

    /// <summary>
    /// Whether a number can be told from chance: whole numbers, halves and the like (0, 1, a stage, a missing indicator) stand in counters, sizes and
    /// zeros everywhere, so finding one says nothing.
    /// </summary>
    public static bool IsDistinctive(double value) => (BitConverter.SingleToInt32Bits((float)value) & 0xFFF) != 0;

    // The u32.20 of protocols/training/masked-sum.md, without its clamp.
    private static int Fixed(double value) => unchecked((int)(long)Math.Round(value * (1 << 20), MidpointRounding.ToEven));

    private static byte[] Bytes(int size, Action<byte[]> write)
    {
        var bytes = new byte[size];
        write(bytes);
        return bytes;
    }
}
