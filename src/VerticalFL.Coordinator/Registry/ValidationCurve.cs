namespace VerticalFL.Coordinator.Registry;

/// <summary>The validation loss of an epoch, as the label party's agent told it.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="ValidationLoss">The loss on the validation rows.</param>
public sealed record CurvePoint(int Epoch, double ValidationLoss);

/// <summary>
/// The validation losses that a run's label party was allowed to tell, over all attempts. Whatever an agent sends, it stays small: of too many epochs every
/// second one is dropped.
/// </summary>
internal sealed class ValidationCurve
{
    private const int Most = 256;
    private readonly SortedDictionary<int, double> _losses = [];

    /// <summary>By epoch, ascending.</summary>
    public IReadOnlyList<CurvePoint> Points => [.. _losses.Select(l => new CurvePoint(l.Key, l.Value))];

    /// <summary>Notes an epoch; what an attempt repeats takes the place of what was told before.</summary>
    public void Note(int epoch, double loss)
    {
        _losses[epoch] = loss;
        if (_losses.Count > Most)
        {
            int last = _losses.Keys.Last();
            foreach (int dropped in _losses.Keys.Where((e, i) => i % 2 == 1 && e != last).ToArray())
            {
                _losses.Remove(dropped);
            }
        }
    }
}
