namespace VerticalFL.Cryptography.Okvs;

/// <summary>Takes values that were read from an <see cref="OkvsTable"/>, some at a time.</summary>
/// <param name="places">Which key each value is of.</param>
/// <param name="values">The values, each in its first bytes of 16, the others zero; not to be kept.</param>
public delegate void OkvsReader(ReadOnlySpan<int> places, ReadOnlySpan<UInt128> values);
