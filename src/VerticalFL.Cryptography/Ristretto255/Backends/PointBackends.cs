
namespace VerticalFL.Cryptography.Ristretto255.Backends;

/// <summary>The backends that this processor can run, fastest first.</summary>
internal static class PointBackends
{
    public static IReadOnlyList<IPointBackend> Supported { get; } = [.. List()];

    public static IPointBackend Fastest => Supported[0];

    private static IEnumerable<IPointBackend> List()
    {
        if (Avx512Field.IsSupported)
        {
            yield return new LanePoints<Avx512Field>();
        }

        if (Avx2Field.IsSupported)
        {
            yield return new LanePoints<Avx2Field>();
        }

        yield return new PortablePoints();
    }
}
