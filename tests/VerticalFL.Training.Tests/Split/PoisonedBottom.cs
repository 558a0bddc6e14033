using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Tests.Split;

/// <summary>A party's own engine that gives one bad number, at a training step or in evaluation.</summary>
internal sealed class PoisonedBottom(IBottomModel inner, float bad, long? atStep) : IBottomModel
{
    public int CutWidth => inner.CutWidth;

    public int TableRows => inner.TableRows;

    public void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut)
    {
        inner.Forward(rows, step, training, cut);
        if (atStep is null ? !training : training && step == atStep)
        {
            cut[^1] = bad;
        }
    }

    public void Backward(ReadOnlySpan<float> gradient) => inner.Backward(gradient);

    public void Step(double rate = 1) => inner.Step(rate);

    public void SaveState(Stream destination) => inner.SaveState(destination);

    public void LoadState(Stream source) => inner.LoadState(source);

    public void Snapshot() => inner.Snapshot();

    public void RestoreSnapshot() => inner.RestoreSnapshot();

    public byte[] HashWeights() => inner.HashWeights();

    public void Dispose() => inner.Dispose();
}
