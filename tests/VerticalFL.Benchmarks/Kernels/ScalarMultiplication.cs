using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using VerticalFL.Cryptography.Ristretto255;
using VerticalFL.Cryptography.Ristretto255.Backends;

namespace VerticalFL.Benchmarks.Kernels;

/// <summary>ristretto255: a batch of 64 on each backend, from encodings and from hashes, with one scalar for all.</summary>
public class ScalarMultiplication
{
    private const int Count = IPointBackend.MaxBatch;

    private readonly Scalar[] _scalar = [Scalar.Random()];
    private readonly byte[] _uniform = RandomNumberGenerator.GetBytes(64 * Count);
    private readonly byte[] _encodings = new byte[32 * Count];
    private readonly byte[] _doubled = new byte[32 * Count];
    private IPointBackend _backend = PointBackends.Fastest;

    public static IEnumerable<string> Backends => PointBackends.Supported.Select(Name);

    [ParamsSource(nameof(Backends))]
    public string Backend { get; set; } = "";

    [GlobalSetup]
    public void Choose()
    {
        _backend = PointBackends.Supported.Single(b => Name(b) == Backend);
        _backend.MultiplyDerived(_scalar, _uniform, _encodings);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public bool Encoded() => _backend.TryMultiplyEncoded(_scalar, _encodings, _doubled);

    [Benchmark(OperationsPerInvoke = Count)]
    public void Derived() => _backend.MultiplyDerived(_scalar, _uniform, _doubled);

    private static string Name(IPointBackend backend) => backend.GetType() is { IsGenericType: true } type
        ? type.GetGenericArguments()[0].Name
        : backend.GetType().Name;
}
