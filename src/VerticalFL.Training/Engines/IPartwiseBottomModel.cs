namespace VerticalFL.Training.Engines;

/// <summary>
/// A bottom model that takes a training batch in parts with the bits of the whole, so that a slow network carries the first rows while the last are being
/// computed. An engine need not offer it: the others' batches are computed whole, and cut afterwards.
/// </summary>
public interface IPartwiseBottomModel : IBottomModel
{
    /// <summary>Computes the activations of a part of a training batch. <see cref="IBottomModel.Backward"/> takes the parts in the same order, each once.</summary>
    /// <param name="rows">The part's row numbers.</param>
    /// <param name="step">The step, the same for all parts of a batch.</param>
    /// <param name="part">Where in the batch: a part at 0 begins a batch, any other one goes on where the last ended.</param>
    /// <param name="cut">Receives rows x <see cref="IBottomModel.CutWidth"/> floats.</param>
    /// <exception cref="ArgumentException">A row number is out of range, a length is wrong, or the part does not go on where the last ended.</exception>
    /// <exception cref="NonFiniteException">An activation is infinite or not a number.</exception>
    void ForwardPart(ReadOnlySpan<int> rows, long step, BatchPart part, Span<float> cut);
}
