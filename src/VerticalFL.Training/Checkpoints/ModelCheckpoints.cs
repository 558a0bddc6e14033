namespace VerticalFL.Training.Checkpoints;

/// <summary>The checkpoints of one of several models in the run's store: steps are below 2^40, and above them stands the model's number.</summary>
internal sealed class ModelCheckpoints(ICheckpointStore store, int model) : ICheckpointStore
{
    private const int StepBits = 40;

    public IReadOnlyList<long> Steps() => [.. store.Steps().Where(s => s >> StepBits == model).Select(s => s & ((1L << StepBits) - 1))];

    public byte[]? Read(long step) => store.Read(PlaceOf(step));

    public void Write(long step, ReadOnlySpan<byte> content) => store.Write(PlaceOf(step), content);

    public void Delete(long step) => store.Delete(PlaceOf(step));

    private long PlaceOf(long step) => ((long)model << StepBits) | step;
}
