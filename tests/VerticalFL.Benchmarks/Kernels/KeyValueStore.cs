using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using VerticalFL.Cryptography.Okvs;

namespace VerticalFL.Benchmarks.Kernels;

/// <summary>The oblivious key-value store over 2^18 keys, values of 16 bytes; both beside a dictionary that hides nothing.</summary>
public class KeyValueStore
{
    private const int Count = 1 << 18;

    private readonly byte[] _keys = RandomNumberGenerator.GetBytes(Count * OkvsTable.KeySize);
    private readonly UInt128[] _numbers = new UInt128[Count];
    private readonly UInt128[] _values = new UInt128[Count];
    private OkvsTable? _table;

    [GlobalSetup]
    public void Fill()
    {
        System.Runtime.InteropServices.MemoryMarshal.Cast<byte, UInt128>(_keys).CopyTo(_numbers);
        RandomNumberGenerator.Fill(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_values.AsSpan()));
        _table = OkvsTable.Encode(_keys, _values, OkvsTable.MaxValueSize);
    }

    [GlobalCleanup]
    public void Release() => _table?.Dispose();

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public int Dictionary()
    {
        var plain = new Dictionary<UInt128, UInt128>(Count);
        for (int i = 0; i < Count; i++)
        {
            plain[_numbers[i]] = _values[i];
        }

        return plain.Count;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int Encode()
    {
        using OkvsTable table = OkvsTable.Encode(_keys, _values, OkvsTable.MaxValueSize);
        return table.Slots;
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public ulong Decode()
    {
        ulong sum = 0;
        _table!.Decode(_keys, (_, values) => sum ^= (ulong)values[^1]);
        return sum;
    }
}
