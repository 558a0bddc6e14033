using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>What the layers of one network compute with: the loops, and the threads that share the long ones. Not for two threads at once.</summary>
internal sealed class EngineContext : IDisposable
{
    /// <summary>
    /// Below so many multiplications a thread, waking the others costs more than they save: about 12 microseconds of work.
    /// </summary>
    private const long LeastProduct = 1 << 20;

    /// <summary>The same in weights of an optimiser's step.</summary>
    private const int LeastWeights = 1 << 14;

    private readonly WorkTeam team;
    private readonly ProductWork product;

    public EngineContext(KernelSet kernels, int threads = 1)
    {
        Kernels = kernels;
        team = new WorkTeam(threads);
        product = new ProductWork(kernels, threads);
    }

    public KernelSet Kernels { get; }

    /// <summary>Where in the batch the rows at hand are. What a layer keeps for its Backward, it keeps for the whole batch.</summary>
    public BatchPart Part { get; set; }

    /// <summary>Computes a product; threads share its rows, so that their number does not show in the result.</summary>
    public void Multiply(in MatrixProduct of)
    {
        product.Of = of;
        Share(product, (long)of.M * of.N * of.K, LeastProduct);
    }

    /// <summary>Takes an optimiser's step for one matrix of weights.</summary>
    public void Update<TRule>(UpdateWork<TRule> work)
        where TRule : struct, IUpdateRule =>
        Share(work, work.Of!.Count, LeastWeights);

    public void Dispose() => team.Dispose();

    private void Share(ITeamWork work, long size, long least)
    {
        if (team.Threads == 1 || size < team.Threads * least)
        {
            work.Run(0, 1);
        }
        else
        {
            team.Run(work);
        }
    }
}
