using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Models;

/// <summary>
/// One layer. It owns the buffers that its Backward needs; they grow with the largest batch, and the rows at hand have in them the place that they have in
/// the batch (<see cref="EngineContext.Part"/>). Pointers are to row-major float32, and to the rows at hand.
/// </summary>
internal abstract unsafe class Layer(string name, int inputs, int outputs, EngineContext context) : IDisposable
{
    public string Name { get; } = name;

    public int Inputs { get; } = inputs;

    public int Outputs { get; } = outputs;

    /// <summary>The weights, in the order of states and hashes.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    protected EngineContext Context { get; } = context;

    /// <summary>rows x Inputs in; rows x Outputs out, valid until the next batch. The input stays unchanged and must live until Backward.</summary>
    public abstract float* Forward(float* input, int rows, long step, bool training);

    /// <summary>
    /// The gradient of the output in (it may be overwritten); adds the weights' gradients; the gradient of the input out, or null when it
    /// is not needed.
    /// </summary>
    public float* Backward(float* gradient, int rows, bool inputGradientNeeded)
    {
        AddGradients(gradient, rows);
        return PassBack(gradient, rows, inputGradientNeeded);
    }

    /// <summary>Adds the weights' gradients; the gradient of the output stays unchanged.</summary>
    public virtual void AddGradients(float* gradient, int rows)
    {
    }

    /// <summary>Adds to each row's number the squared norm of the gradient of this layer's weights by that row alone.</summary>
    public virtual void AddSquares(float* gradient, int rows, Span<double> squares)
    {
    }

    /// <summary>The gradient of the output in (it may be overwritten); that of the input out, or null when it is not needed.</summary>
    public abstract float* PassBack(float* gradient, int rows, bool inputGradientNeeded);

    /// <summary>Zeroes keys.</summary>
    public virtual void Dispose()
    {
    }

    /// <summary>The squared norm of a row.</summary>
    protected static double Square(float* row, int count)
    {
        double sum = 0;
        for (int i = 0; i < count; i++)
        {
            sum += (double)row[i] * row[i];
        }

        return sum;
    }

    /// <summary>The place of the rows at hand in a buffer of so many columns for the whole batch.</summary>
    protected float* Place(AlignedBuffer buffer, int columns)
    {
        buffer.EnsureCapacity(checked(Context.Part.BatchRows * columns));
        return buffer.Pointer + (Context.Part.First * columns);
    }
}
