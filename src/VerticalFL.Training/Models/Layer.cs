namespace VerticalFL.Training.Models;

/// <summary>One layer. It owns the buffers that its Backward needs; they grow with the largest batch. Pointers are to row-major float32.</summary>
internal abstract unsafe class Layer(string name, int inputs, int outputs, EngineContext context) : IDisposable
{
    public string Name { get; } = name;

    public int Inputs { get; } = inputs;

    public int Outputs { get; } = outputs;

    /// <summary>The weights, in the order of states and hashes.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    protected EngineContext Context { get; } = context;

    /// <summary>rows x Inputs in; rows x Outputs out, valid until the next Forward. The input stays unchanged and must live until Backward.</summary>
    public abstract float* Forward(float* input, int rows, long step, bool training);

    /// <summary>
    /// The gradient of the output in (it may be overwritten); adds the weights' gradients; the gradient of the input out, or null when it
    /// is not needed.
    /// </summary>
    public abstract float* Backward(float* gradient, int rows, bool inputGradientNeeded);

    /// <summary>Zeroes keys.</summary>
    public virtual void Dispose()
    {
    }
}
