using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Models;

/// <summary>A network's weights with their gradients and optimiser, however its layers are computed.</summary>
internal sealed unsafe class NetworkWeights
{
    private readonly string part;
    private readonly EngineContext context;

    /// <param name="part">The name in errors: <c>bottom</c> or <c>top</c>.</param>
    /// <param name="layers">The layers, first to last.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="context">What the optimiser computes with.</param>
    public NetworkWeights(string part, IReadOnlyList<Layer> layers, OptimizerSettings optimizer, EngineContext context)
    {
        this.part = part;
        this.context = context;
        Optimizer = new Optimizer(optimizer, context);
        Parameters = [.. layers.SelectMany(layer => layer.Parameters)];
    }

    public Parameter[] Parameters { get; }

    public Optimizer Optimizer { get; }

    /// <summary>The best weights so far, one array a parameter, or null.</summary>
    public float[][]? Best { get; private set; }

    /// <summary>Whether gradients have been added since the last step.</summary>
    public bool GradientsWait { get; set; }

    /// <summary>Shows the gradients that wait for a step, one matrix after the other, to be changed in place.</summary>
    public void VisitGradients(GradientVisitor visit)
    {
        foreach (Parameter p in Parameters)
        {
            visit(p.Gradient.Span(p.Count));
        }
    }

    /// <summary>Takes a step of the optimiser and clears the gradients; with a gradient that is not finite, changes nothing.</summary>
    /// <param name="rate">What the learning rate is multiplied with.</param>
    /// <param name="step">The step that an error names.</param>
    public void Step(double rate, long step)
    {
        if (rate is not (> 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "A step's rate is above 0 and at most 1.");
        }

        if (!GradientsWait)
        {
            throw new InvalidOperationException($"The {part} model has no gradient since its last step; call Backward first.");
        }

        foreach (Parameter p in Parameters)
        {
            if (!context.Kernels.AllFinite(p.Gradient.Pointer, p.Count))
            {
                throw new NonFiniteException(part, $"{p.Name} gradient", step);
            }
        }

        Optimizer.Step(Parameters, rate);
        ClearGradients();
    }

    public void Snapshot() => Best = [.. Parameters.Select(p => p.Values.ToArray())];

    public void RestoreSnapshot()
    {
        if (Best is null)
        {
            throw new InvalidOperationException($"The {part} model has no snapshot to go back to.");
        }

        for (int i = 0; i < Parameters.Length; i++)
        {
            Best[i].CopyTo(Parameters[i].Values);
        }
    }

    public void Save(Stream destination)
    {
        if (GradientsWait)
        {
            throw new InvalidOperationException($"The {part} model has gradients that wait for a step; save after Step.");
        }

        NetworkState.Write(this, destination);
    }

    public void Load(Stream source)
    {
        Best = NetworkState.Read(this, source);
        ClearGradients();
    }

    public byte[] Hash() => NetworkState.HashWeights(Parameters);

    private void ClearGradients()
    {
        foreach (Parameter p in Parameters)
        {
            p.Gradient.Span(p.Count).Clear();
        }

        GradientsWait = false;
    }
}
