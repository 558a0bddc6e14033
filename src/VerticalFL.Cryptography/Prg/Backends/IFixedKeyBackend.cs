using VerticalFL.Cryptography.Fields;

namespace VerticalFL.Cryptography.Prg.Backends;

/// <summary>The kernels of <see cref="TweakableHash"/>, which has checked the lengths; the only place that knows the processor.</summary>
internal interface IFixedKeyBackend : IDisposable
{
    void Hash(ulong domain, ulong first, ReadOnlySpan<Gf128> blocks, Span<Gf128> hashes);

    void Double(ulong domain, ulong first, ReadOnlySpan<Gf128> seeds, Span<Gf128> children);
}
