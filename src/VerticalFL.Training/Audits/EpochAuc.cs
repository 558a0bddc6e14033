namespace VerticalFL.Training.Audits;

/// <summary>The mean over an epoch's batches, weighted by pairs, and the largest epoch's.</summary>
internal sealed class EpochAuc
{
    private double _sum;
    private double _pairs;
    private double _largest;

    /// <summary>The largest, the running epoch included; one half when there was none.</summary>
    public double Largest => Math.Max(_largest, _pairs > 0 ? _sum / _pairs : 0) is > 0 and var auc ? auc : 0.5;

    public void Add(double auc, double pairs)
    {
        _sum += auc * pairs;
        _pairs += pairs;
    }

    public void End()
    {
        _largest = _pairs > 0 ? Math.Max(_largest, _sum / _pairs) : _largest;
        (_sum, _pairs) = (0, 0);
    }
}
