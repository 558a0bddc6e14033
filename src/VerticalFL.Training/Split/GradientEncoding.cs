using System.Runtime.InteropServices;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Training.Split;

/// <summary>
/// Gradients as they travel. float32: as they are. float16: clamped to <see cref="Limit"/>, times 2^15, rounded half to even. A row longer than 1 is
/// shortened at its destination anyhow (<see cref="GradientBound"/>), so that one public scale fits all: 11 significant bits down to 2^-29, and zero
/// only below 2^-40.
/// </summary>
internal static class GradientEncoding
{
    /// <summary>The largest number in float16 after the scaling: 65504 / 2^15, nearly 2.</summary>
    public const float Limit = 65504 / Scale;

    private const float Scale = 1 << 15;

    /// <summary>Bytes of one gradient.</summary>
    public static int SizeOf(GradientFormat format) => format == GradientFormat.Float16 ? sizeof(short) : sizeof(float);

    /// <summary>Writes gradients, little endian.</summary>
    /// <param name="gradient">Finite numbers.</param>
    /// <param name="format">The study's format.</param>
    /// <param name="bytes">As many times <see cref="SizeOf"/>.</param>
    public static void Write(ReadOnlySpan<float> gradient, GradientFormat format, Span<byte> bytes)
    {
        if (format == GradientFormat.Float32)
        {
            gradient.CopyTo(MemoryMarshal.Cast<byte, float>(bytes));
            return;
        }

        Span<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
        for (int i = 0; i < gradient.Length; i++)
        {
            // A power of two: the product is exact, and the conversion rounds once.
            halves[i] = (Half)(Math.Clamp(gradient[i], -Limit, Limit) * Scale);
        }
    }

    /// <summary>Reads what <see cref="Write"/> wrote; a peer may have written what is not finite.</summary>
    public static void Read(ReadOnlySpan<byte> bytes, GradientFormat format, Span<float> gradient)
    {
        if (format == GradientFormat.Float32)
        {
            MemoryMarshal.Cast<byte, float>(bytes).CopyTo(gradient);
            return;
        }

        ReadOnlySpan<Half> halves = MemoryMarshal.Cast<byte, Half>(bytes);
        for (int i = 0; i < gradient.Length; i++)
        {
            gradient[i] = (float)halves[i] / Scale;
        }
    }
}
