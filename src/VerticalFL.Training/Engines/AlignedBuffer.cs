namespace VerticalFL.Training.Engines;

/// <summary>
/// Floats at a fixed address that is a multiple of 64, so that a 512-bit load never crosses a cache line. It only grows; growing loses the content.
/// </summary>
internal sealed unsafe class AlignedBuffer
{
    private const int Alignment = 64;

    /// <summary>Makes a buffer of zeros.</summary>
    public AlignedBuffer(int length = 0) => EnsureCapacity(length);

    /// <summary>The first element.</summary>
    public float* Pointer { get; private set; }

    /// <summary>The pinned array that the floats are in, for code that takes no pointer.</summary>
    public float[] Storage { get; private set; } = [];

    /// <summary>Where in the array the first element is.</summary>
    public int Offset { get; private set; }

    /// <summary>How many floats fit.</summary>
    public int Capacity { get; private set; }

    /// <summary>Grows to at least this many floats; zeros when it grows.</summary>
    public void EnsureCapacity(int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        if (length <= Capacity && Pointer != null)
        {
            return;
        }

        // Pinned arrays live in a heap of their own and never move.
        Storage = GC.AllocateArray<float>(length + (Alignment / sizeof(float)), pinned: true);
        fixed (float* p = Storage)
        {
            Pointer = (float*)(((nuint)p + Alignment - 1) & ~(nuint)(Alignment - 1));
            Offset = (int)(Pointer - p);
        }

        Capacity = length;
    }

    /// <summary>The first <paramref name="length"/> floats.</summary>
    public Span<float> Span(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Capacity);
        return new(Pointer, length);
    }
}
