using VerticalFL.Training.Engines;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>A bottom model that, in place of the hash of its weights, gives out values.</summary>
internal sealed class LeakingModel(IBottomModel model, Func<byte[]> leak) : IBottomModel
{
    public int CutWidth => model.CutWidth;

    public int TableRows => model.TableRows;

    public void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut) => model.Forward(rows, step, training, cut);

    public void Backward(ReadOnlySpan<float> gradient) => model.Backward(gradient);

    public void Step(double rate) => model.Step(rate);

    public void SaveState(Stream destination) => model.SaveState(destination);

    public void LoadState(Stream source) => model.LoadState(source);

    public void Snapshot() => model.Snapshot();

    public void RestoreSnapshot() => model.RestoreSnapshot();

    public byte[] HashWeights() => leak();

    public void Dispose() => model.Dispose();
}
