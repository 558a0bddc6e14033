using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Audits;

/// <summary>A bottom model whose party scales up its steps. The last steps are not part of its state: after an interruption it begins with the optimiser's.</summary>
internal sealed class MaliciousBottomModel(ManagedBottomModel model) : IRowwiseBottomModel
{
    private readonly float[][] _before = Like(model);
    private readonly float[][] _last = Like(model);

    public int CutWidth => model.CutWidth;

    public int TableRows => model.TableRows;

    public void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut) => model.Forward(rows, step, training, cut);

    public void Backward(ReadOnlySpan<float> gradient) => model.Backward(gradient);

    public void Step(double rate = 1)
    {
        for (int i = 0; i < _before.Length; i++)
        {
            model.Weights(i).CopyTo(_before[i]);
        }

        model.Step(rate);
        for (int i = 0; i < _before.Length; i++)
        {
            MaliciousUpdate.Apply(model.Weights(i), _before[i], _last[i]);
        }
    }

    public void MeasureRows(ReadOnlySpan<float> gradient, Span<double> squares) => model.MeasureRows(gradient, squares);

    public void AddRows(ReadOnlySpan<float> factors) => model.AddRows(factors);

    public void VisitGradients(GradientVisitor visit) => model.VisitGradients(visit);

    public void SaveState(Stream destination) => model.SaveState(destination);

    public void LoadState(Stream source)
    {
        model.LoadState(source);
        Array.ForEach(_last, Array.Clear);
    }

    public void Snapshot() => model.Snapshot();

    public void RestoreSnapshot() => model.RestoreSnapshot();

    public byte[] HashWeights() => model.HashWeights();

    public void Dispose() => model.Dispose();

    private static float[][] Like(ManagedBottomModel model) => [.. Enumerable.Range(0, model.WeightMatrices).Select(i => new float[model.Weights(i).Length])];
}
