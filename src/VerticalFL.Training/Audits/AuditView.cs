namespace VerticalFL.Training.Audits;

/// <summary>
/// What one party sees of training patients at the cut, kept for an audit: a feature party its own activations and the gradients that come back, the label
/// party the sum of the others' activations. After an interruption only what was seen since. Patient data: it is sealed where it is kept, and deleted.
/// </summary>
public sealed class AuditView
{
    /// <summary>The most training rows that are kept: 8192, the first of the cohort. It bounds memory, and the figures need no more.</summary>
    public const int MostRows = 8192;

    private readonly int _width;
    private readonly Dictionary<int, int> _place = [];
    private readonly float[] _last;
    private readonly RowMeans _values;
    private readonly RowMeans _gradients;

    /// <summary>Begins one.</summary>
    /// <param name="trainingRows">The rows that are trained on.</param>
    /// <param name="cutWidth">The width of the cut.</param>
    public AuditView(IReadOnlyList<int> trainingRows, int cutWidth)
    {
        ArgumentNullException.ThrowIfNull(trainingRows);
        ArgumentOutOfRangeException.ThrowIfLessThan(cutWidth, 1);
        Rows = [.. trainingRows.Take(MostRows)];
        _width = cutWidth;
        for (int i = 0; i < Rows.Count; i++)
        {
            _place.Add(Rows[i], i);
        }

        _last = new float[Rows.Count * cutWidth];
        _values = new RowMeans(Rows.Count, cutWidth);
        _gradients = new RowMeans(Rows.Count, cutWidth);
    }

    /// <summary>Opens one that was kept.</summary>
    /// <param name="rows">The rows.</param>
    /// <param name="last">Rows x the width of the cut.</param>
    /// <param name="averaged">As many.</param>
    /// <param name="gradients">As many, or none.</param>
    /// <exception cref="ArgumentException">The lengths do not fit together.</exception>
    public AuditView(IReadOnlyList<int> rows, float[] last, float[] averaged, float[] gradients)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(last);
        ArgumentNullException.ThrowIfNull(averaged);
        ArgumentNullException.ThrowIfNull(gradients);
        if (rows.Count == 0 || last.Length == 0 || last.Length % rows.Count != 0 || averaged.Length != last.Length || (gradients.Length != 0 && gradients.Length != last.Length))
        {
            throw new ArgumentException($"{rows.Count} rows with {last.Length}, {averaged.Length} and {gradients.Length} values are no view.");
        }

        Rows = rows;
        _width = last.Length / rows.Count;
        _last = last;
        _values = new RowMeans(averaged, _width);
        _gradients = new RowMeans(gradients, _width);
    }

    /// <summary>The rows of the cohort that are kept, in the order of all values here.</summary>
    public IReadOnlyList<int> Rows { get; }

    /// <summary>With the final weights: rows x the width of the cut.</summary>
    public float[] Last => _last;

    /// <summary>Means over all epochs' training steps, in the same shape.</summary>
    public float[] Averaged => _values.Means();

    /// <summary>Means over all epochs of the gradients that came back, in the same shape; empty at the label party.</summary>
    public float[] Gradients => _gradients.Means();

    internal void Trained(ReadOnlySpan<int> rows, ReadOnlySpan<float> values) => Add(_values, rows, values);

    internal void Answered(ReadOnlySpan<int> rows, ReadOnlySpan<float> gradients) => Add(_gradients, rows, gradients);

    internal void Evaluated(ReadOnlySpan<int> rows, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (_place.TryGetValue(rows[i], out int place))
            {
                values.Slice(i * _width, _width).CopyTo(_last.AsSpan(place * _width));
            }
        }
    }

    private void Add(RowMeans means, ReadOnlySpan<int> rows, ReadOnlySpan<float> values)
    {
        for (int i = 0; i < rows.Length; i++)
        {
            if (_place.TryGetValue(rows[i], out int place))
            {
                means.Add(place, values.Slice(i * _width, _width));
            }
        }
    }
}
