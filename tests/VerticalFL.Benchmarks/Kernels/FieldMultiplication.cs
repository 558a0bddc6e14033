using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Fields.Backends;

namespace VerticalFL.Benchmarks.Kernels;

/// <summary>GF(2^128): 4096 products on each backend, and their sum with one reduction.</summary>
public class FieldMultiplication
{
    private const int Count = 4096;

    private readonly Gf128[] _a = Random(), _b = Random(), _product = new Gf128[Count];
    private IGf128Backend _backend = Gf128Vector.Supported()[0];

    public static IEnumerable<string> Backends => Gf128Vector.Supported().Select(b => b.GetType().Name);

    [ParamsSource(nameof(Backends))]
    public string Backend { get; set; } = "";

    [GlobalSetup]
    public void Choose() => _backend = Gf128Vector.Supported().Single(b => b.GetType().Name == Backend);

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public void Multiply() => _backend.Multiply(_a, _b, _product);

    [Benchmark(OperationsPerInvoke = Count)]
    public ulong InnerProduct() => _backend.InnerProduct(_a, _b).Low;

    private static Gf128[] Random() => MemoryMarshal.Cast<byte, Gf128>(RandomNumberGenerator.GetBytes(Count * Gf128.Size)).ToArray();
}
