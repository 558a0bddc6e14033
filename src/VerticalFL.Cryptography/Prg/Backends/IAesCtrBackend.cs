namespace VerticalFL.Cryptography.Prg.Backends;

/// <summary>Whole keystream blocks; the only place that knows the processor.</summary>
internal interface IAesCtrBackend : IDisposable
{
    /// <param name="prefix">First half of every counter block.</param>
    /// <param name="firstBlock">Counter of the first block; the caller has checked that it does not wrap.</param>
    /// <param name="blocks">A multiple of 16 bytes.</param>
    void FillBlocks(ulong prefix, ulong firstBlock, Span<byte> blocks);
}
