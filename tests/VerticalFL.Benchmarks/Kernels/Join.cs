using System.Runtime.InteropServices;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using VerticalFL.Alignment.Star;
using VerticalFL.Messages.Alignment;

namespace VerticalFL.Benchmarks.Kernels;

/// <summary>2^20 tags of a peer's, of which half are ours: sorting ours and merging, beside a hash set.</summary>
public class Join
{
    private const int Count = 1 << 20;
    private const int TagSize = 10;

    private readonly UInt128[] _mine = new UInt128[Count];
    private readonly int[] _places = [.. Enumerable.Range(0, Count)];
    private readonly UInt128[] _theirs = new UInt128[Count];
    private byte[] _tags = [];

    [GlobalSetup]
    public void Fill()
    {
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_mine.AsSpan()));
        RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(_theirs.AsSpan(Count / 2)));
        _mine.AsSpan(0, Count / 2).CopyTo(_theirs);
        using PlacedKeys sorted = Tags.Sort(_theirs, []);
        _tags = new byte[Count * TagSize];
        Tags.Write(sorted.Records, TagSize, _tags);
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Count)]
    public int HashSet()
    {
        var mine = new HashSet<UInt128>(_mine);
        return _theirs.Count(mine.Contains);
    }

    [Benchmark(OperationsPerInvoke = Count)]
    public int SortAndMerge()
    {
        using PlacedKeys mine = Tags.Sort(_mine, _places);
        var merge = new TagMerge(mine, TagSize, Count);
        for (int at = 0; at < _tags.Length; at += AlignmentLimits.ChunkElements * TagSize)
        {
            if (merge.Take(_tags.AsSpan(at, Math.Min(_tags.Length - at, AlignmentLimits.ChunkElements * TagSize))) is { } problem)
            {
                throw new InvalidOperationException(problem);
            }
        }

        return merge.Found.Count;
    }
}
