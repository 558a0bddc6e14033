using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Vole;

namespace VerticalFL.Benchmarks.Kernels;

/// <summary>The VOLE with 2^18 outputs, both sides, and the code that is most of it: one vector, and two at once.</summary>
public class ObliviousEvaluation
{
    private const int Outputs = 1 << 18;

    private readonly byte[] _session = RandomNumberGenerator.GetBytes(32);
    private readonly Gf128[] _one = Random(Outputs), _two = Random(Outputs), _pairs = Random(2 * Outputs);

    [Benchmark(Baseline = true, OperationsPerInvoke = Outputs)]
    public void EncodeOne()
    {
        using var code = new ExConvCode(_session, Outputs);
        code.Encode(_one, _two);
    }

    [Benchmark(OperationsPerInvoke = Outputs)]
    public void EncodeTwo()
    {
        using var code = new ExConvCode(_session, Outputs);
        code.Encode(_one, _two, _pairs);
    }

    [Benchmark(OperationsPerInvoke = Outputs)]
    public bool Vole()
    {
        using var sender = new SilentVoleSender(_session, Outputs);
        using var receiver = new SilentVoleReceiver(_session, Outputs);
        ReadOnlyMemory<byte> answer = receiver.TryAnswer(sender.Request.Span) ?? throw Refused();
        ReadOnlyMemory<byte> sums = sender.TryExpand(answer) ?? throw Refused();
        ReadOnlyMemory<byte> challenge = receiver.TryExpand(sums) ?? throw Refused();
        ReadOnlyMemory<byte> proof = sender.TryProve(challenge.Span) ?? throw Refused();
        return receiver.TryFinish(proof.Span) ? true : throw Refused();
    }

    private static InvalidOperationException Refused() => new("One side refused the other's message.");

    private static Gf128[] Random(int count) => MemoryMarshal.Cast<byte, Gf128>(RandomNumberGenerator.GetBytes(count * Gf128.Size)).ToArray();
}
