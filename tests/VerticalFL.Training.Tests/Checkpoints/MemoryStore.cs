using VerticalFL.Training.Checkpoints;

namespace VerticalFL.Training.Tests.Checkpoints;

/// <summary>A disk in memory that outlives attempts, and fails when it is told to.</summary>
internal sealed class MemoryStore : ICheckpointStore
{
    private readonly SortedDictionary<long, byte[]> _files = [];

    /// <summary>Called before and after each write; may throw.</summary>
    public Action<long, bool> OnWrite { get; set; } = (_, _) => { };

    public int MostHeld { get; private set; }

    public IReadOnlyList<long> Steps() => [.. _files.Keys];

    public byte[]? Read(long step) => _files.GetValueOrDefault(step)?.ToArray();

    public void Write(long step, ReadOnlySpan<byte> content)
    {
        OnWrite(step, false);
        _files[step] = content.ToArray();
        MostHeld = Math.Max(MostHeld, _files.Count);
        OnWrite(step, true);
    }

    public void Delete(long step) => _files.Remove(step);

    public void Change(long step, Func<byte[], byte[]> change) => _files[step] = change(_files[step]);
}
