namespace VerticalFL.Training.Engines;

/// <summary>
/// A party's own part of the network, before the cut: the seam at which engines are exchanged. The engine owns the party's prepared table;
/// callers name
/// its rows. Not for two threads at once.
/// </summary>
public interface IBottomModel : IDisposable
{
    /// <summary>The width of the cut layer.</summary>
    int CutWidth { get; }

    /// <summary>Rows of the table.</summary>
    int TableRows { get; }

    /// <summary>Computes the party's activations at the cut.</summary>
    /// <param name="rows">Row numbers of the table, each 0 to <see cref="TableRows"/> - 1; repetitions are allowed.</param>
    /// <param name="step">The step, from 0; it keys the dropout. The same step with the same weights and rows gives the same bits.</param>
    /// <param name="training">Whether dropout acts and a <see cref="Backward"/> may follow.</param>
    /// <param name="cut">Receives rows x <see cref="CutWidth"/> floats, row-major; all finite.</param>
    /// <exception cref="ArgumentException">A row number is out of range, or the span's length is wrong.</exception>
    /// <exception cref="NonFiniteException">An activation is infinite or not a number.</exception>
    void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut);

    /// <summary>
    /// Adds the weights' gradients for the last training <see cref="Forward"/>, which must be the last Forward. Microbatches add up until
    /// <see cref="Step"/>.
    /// </summary>
    /// <param name="gradient">The loss's gradient with respect to the cut, in its shape.</param>
    /// <exception cref="InvalidOperationException">The last Forward was none, or not for training, or has had its Backward.</exception>
    /// <exception cref="NonFiniteException">A gradient is infinite or not a number; the weights are unchanged.</exception>
    void Backward(ReadOnlySpan<float> gradient);

    /// <summary>Takes one optimiser step with the gradients added since the last one, and clears them.</summary>
    /// <param name="rate">What the study's schedule multiplies the learning rate with at this step: above 0, at most 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The rate is not such a number.</exception>
    /// <exception cref="InvalidOperationException">There is no gradient since the last step.</exception>
    /// <exception cref="NonFiniteException">A gradient is infinite or not a number; the weights are unchanged.</exception>
    void Step(double rate = 1);

    /// <summary>
    /// Writes the weights, the optimiser's state and the snapshot if there is one. A model that loads them continues with the same bits.
    /// </summary>
    /// <exception cref="InvalidOperationException">Gradients wait for a step.</exception>
    void SaveState(Stream destination);

    /// <summary>Reads what <see cref="SaveState"/> wrote into a model of the same shape. Nothing changes unless all of it is right.</summary>
    /// <exception cref="InvalidDataException">The stream is damaged, of another format, or of another model.</exception>
    void LoadState(Stream source);

    /// <summary>Keeps the weights in memory as the best so far.</summary>
    void Snapshot();

    /// <summary>Goes back to the weights of the last <see cref="Snapshot"/>; the optimiser's state stays.</summary>
    /// <exception cref="InvalidOperationException">There is no snapshot.</exception>
    void RestoreSnapshot();

    /// <summary>SHA-256 over the name, shape and little-endian float32 values of every weight, in order (protocols/training/engine.md).</summary>
    byte[] HashWeights();
}
