using System.Runtime.InteropServices;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>The ring that a study names, over the bytes in which its elements travel (little endian).</summary>
internal abstract class ActivationRing
{
    /// <summary>The most masked terms of a sum, in every ring: 8.</summary>
    public const int MaxFeatureParties = Ring32.MaxFeatureParties;

    /// <summary>Bytes of one element.</summary>
    public abstract int ElementSize { get; }

    /// <summary>The ring of a study.</summary>
    /// <param name="name">Its word in the study.</param>
    /// <param name="featureParties">How many masked terms a sum has.</param>
    /// <exception cref="ArgumentException">There is no such ring, or there are too many terms.</exception>
    public static ActivationRing For(string name, int featureParties) => name switch
    {
        "u32.20" => new Wide(),
        "u16.8" => new Compact(Ring16.LimitFor(featureParties)),
        "u64.24" => new Noisy(),
        _ => throw new ArgumentException($"There is no ring '{name}'.", nameof(name)),
    };

    /// <inheritdoc cref="Ring32.Encode"/>
    public abstract int Encode(ReadOnlySpan<float> values, Span<byte> ring);

    /// <summary>sum += terms, modulo the ring.</summary>
    public abstract void Add(Span<byte> sum, ReadOnlySpan<byte> terms);

    /// <summary>sum -= terms, modulo the ring.</summary>
    public abstract void Subtract(Span<byte> sum, ReadOnlySpan<byte> terms);

    /// <inheritdoc cref="Ring32.DecodeSum"/>
    public abstract void DecodeSum(ReadOnlySpan<byte> maskedSum, ReadOnlySpan<byte> own, Span<float> values);

    private static Span<uint> Words(Span<byte> bytes) => MemoryMarshal.Cast<byte, uint>(bytes);

    private static ReadOnlySpan<uint> Words(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, uint>(bytes);

    private static Span<ushort> Halves(Span<byte> bytes) => MemoryMarshal.Cast<byte, ushort>(bytes);

    private static ReadOnlySpan<ushort> Halves(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, ushort>(bytes);

    private static Span<ulong> Longs(Span<byte> bytes) => MemoryMarshal.Cast<byte, ulong>(bytes);

    private static ReadOnlySpan<ulong> Longs(ReadOnlySpan<byte> bytes) => MemoryMarshal.Cast<byte, ulong>(bytes);

    private sealed class Noisy : ActivationRing
    {
        public override int ElementSize => sizeof(ulong);

        public override int Encode(ReadOnlySpan<float> values, Span<byte> ring) => Ring64.Encode(values, Longs(ring));

        public override void Add(Span<byte> sum, ReadOnlySpan<byte> terms) => RingSum.Add(Longs(sum), Longs(terms));

        public override void Subtract(Span<byte> sum, ReadOnlySpan<byte> terms) => RingSum.Subtract(Longs(sum), Longs(terms));

        public override void DecodeSum(ReadOnlySpan<byte> maskedSum, ReadOnlySpan<byte> own, Span<float> values) =>
            Ring64.DecodeSum(Longs(maskedSum), Longs(own), values);
    }

    private sealed class Wide : ActivationRing
    {
        public override int ElementSize => sizeof(uint);

        public override int Encode(ReadOnlySpan<float> values, Span<byte> ring) => Ring32.Encode(values, Words(ring));

        public override void Add(Span<byte> sum, ReadOnlySpan<byte> terms) => RingSum.Add(Words(sum), Words(terms));

        public override void Subtract(Span<byte> sum, ReadOnlySpan<byte> terms) => RingSum.Subtract(Words(sum), Words(terms));

        public override void DecodeSum(ReadOnlySpan<byte> maskedSum, ReadOnlySpan<byte> own, Span<float> values) =>
            Ring32.DecodeSum(Words(maskedSum), Words(own), values);
    }

    private sealed class Compact(float limit) : ActivationRing
    {
        public override int ElementSize => sizeof(ushort);

        public override int Encode(ReadOnlySpan<float> values, Span<byte> ring) => Ring16.Encode(values, limit, Halves(ring));

        public override void Add(Span<byte> sum, ReadOnlySpan<byte> terms) => RingSum.Add(Halves(sum), Halves(terms));

        public override void Subtract(Span<byte> sum, ReadOnlySpan<byte> terms) => RingSum.Subtract(Halves(sum), Halves(terms));

        public override void DecodeSum(ReadOnlySpan<byte> maskedSum, ReadOnlySpan<byte> own, Span<float> values) =>
            Ring16.DecodeSum(Halves(maskedSum), Halves(own), values);
    }
}
