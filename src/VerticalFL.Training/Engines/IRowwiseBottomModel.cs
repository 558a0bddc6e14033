namespace VerticalFL.Training.Engines;

/// <summary>
/// A bottom model that knows each row's own part of the weights' gradients, which differential privacy at patient level needs. Rows must not meet in it: no
/// batch norm.
/// </summary>
public interface IRowwiseBottomModel : IBottomModel
{
    /// <summary>The model as one that knows rows.</summary>
    /// <exception cref="ArgumentException">Its engine does not offer that.</exception>
    static IRowwiseBottomModel Of(IBottomModel model) => model as IRowwiseBottomModel
        ?? throw new ArgumentException("The party's engine does not tell each row's part of the gradient, which differential privacy needs: use another engine.");

    /// <summary>
    /// Instead of <see cref="IBottomModel.Backward"/>, for a whole batch: adds to each row's number the squared norm of the weights' gradients by that row alone,
    /// all weights together, biases too. Nothing is learned from yet.
    /// </summary>
    /// <param name="gradient">The loss's gradient with respect to the cut.</param>
    /// <param name="squares">One number a row.</param>
    /// <exception cref="InvalidOperationException">The last Forward was none, or not for training, or has had its Backward.</exception>
    /// <exception cref="NonFiniteException">A gradient is infinite or not a number.</exception>
    void MeasureRows(ReadOnlySpan<float> gradient, Span<double> squares);

    /// <summary>Adds the weights' gradients of the rows that were measured last, each row's times its factor.</summary>
    /// <param name="factors">One a row.</param>
    /// <exception cref="InvalidOperationException">No rows were measured, or another number of them.</exception>
    void AddRows(ReadOnlySpan<float> factors);

    /// <summary>Shows the gradients that wait for a step, always in the same order.</summary>
    void VisitGradients(GradientVisitor visit);
}
