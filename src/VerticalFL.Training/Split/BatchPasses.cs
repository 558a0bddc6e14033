using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Split;

/// <summary>
/// A feature party's batches through its bottom model, forward and back. Where the engine can and the network is slow, a batch is computed by its
/// microbatches: the first rows are under way while the last are computed, and the first gradients are learned from while the last are under way. On a fast
/// network a batch is computed whole, which costs less. Either way gives the same bits.
/// </summary>
/// <param name="model">The bottom model.</param>
/// <param name="cutWidth">The width of the cut.</param>
/// <param name="byParts">Whether to compute by microbatches; null: as the wait for the step before says.</param>
/// <param name="time">Measures the wait.</param>
internal sealed class BatchPasses(IBottomModel model, int cutWidth, bool? byParts, TimeProvider time)
{
    /// <summary>
    /// The network is slow when a step waits this many times as long as it computes. Parts cost up to twice the computing, for every part reads and writes
    /// the weights and their gradients anew; the wait must be worth a multiple of that.
    /// </summary>
    private const int SlowNetwork = 4;

    private readonly IPartwiseBottomModel? _partwise = model as IPartwiseBottomModel;
    private bool _byParts;
    private TimeSpan _computed;
    private TimeSpan _waited;

    /// <summary>Computes at least a microbatch's rows of the batch's cut; call for every microbatch in order.</summary>
    public void Forward(ReadOnlySpan<int> batch, long step, Microbatch some, Span<float> cut)
    {
        if (some.Start == 0)
        {
            _byParts = _partwise is not null && (byParts ?? _waited > SlowNetwork * _computed);
            _computed = TimeSpan.Zero;
        }

        long began = time.GetTimestamp();
        if (_byParts)
        {
            _partwise!.ForwardPart(batch[some.Of(1)], step, new BatchPart(some.Start, batch.Length), cut[some.Of(cutWidth)]);
        }
        else if (some.Start == 0)
        {
            model.Forward(batch, step, training: true, cut);
        }

        _computed += time.GetElapsedTime(began);
    }

    /// <summary>Computes a whole batch once more, with the weights of now.</summary>
    public void ForwardAgain(ReadOnlySpan<int> batch, long step, Span<float> cut)
    {
        _byParts = false;
        model.Forward(batch, step, training: true, cut);
    }

    /// <summary>A step has waited so long for its first gradients.</summary>
    public void Waited(TimeSpan forGradients) => _waited = forGradients;

    /// <summary>Goes back with a microbatch's gradients; call for every microbatch in order, with the batch's gradients so far.</summary>
    public void Backward(Microbatch some, ReadOnlySpan<float> gradients)
    {
        long began = time.GetTimestamp();
        if (_byParts)
        {
            model.Backward(gradients[some.Of(cutWidth)]);
        }
        else if ((some.Start + some.Rows) * cutWidth == gradients.Length)
        {
            model.Backward(gradients);
        }

        _computed += time.GetElapsedTime(began);
    }
}
