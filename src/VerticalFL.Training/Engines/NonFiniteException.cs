using System.Numerics.Tensors;

namespace VerticalFL.Training.Engines;

/// <summary>An infinity or a value that is not a number appeared in training; nothing of it may leave the party.</summary>
public sealed class NonFiniteException : ArithmeticException
{
    /// <summary>Names the place.</summary>
    /// <param name="part">The part of the network: <c>bottom</c> or <c>top</c>.</param>
    /// <param name="layer">The layer and what of it, such as <c>hidden1.dense gradient</c>.</param>
    /// <param name="step">The training step.</param>
    public NonFiniteException(string part, string layer, long step)
        : base($"The {part} model's {layer} is infinite or not a number at step {step}: lower the learning rate "
            + "or check the input columns for extreme values.")
    {
        Part = part;
        Layer = layer;
        Step = step;
    }

    /// <summary>Refuses activations that an engine gives for finite ones and that are not: they must not reach a ring, and so no peer.</summary>
    /// <param name="cut">What the party's bottom model gave.</param>
    /// <param name="step">The training step.</param>
    /// <exception cref="NonFiniteException">One of them is infinite or not a number.</exception>
    internal static void Check(ReadOnlySpan<float> cut, long step)
    {
        if (!TensorPrimitives.IsFiniteAll(cut))
        {
            throw new NonFiniteException("bottom", "cut", step);
        }
    }

    /// <summary>Makes the exception.</summary>
    public NonFiniteException()
    {
        Part = Layer = string.Empty;
    }

    /// <summary>Makes the exception.</summary>
    public NonFiniteException(string message)
        : base(message)
    {
        Part = Layer = string.Empty;
    }

    /// <summary>Makes the exception.</summary>
    public NonFiniteException(string message, Exception innerException)
        : base(message, innerException)
    {
        Part = Layer = string.Empty;
    }

    /// <summary>The part of the network: <c>bottom</c> or <c>top</c>.</summary>
    public string Part { get; }

    /// <summary>The layer, and what of it.</summary>
    public string Layer { get; }

    /// <summary>The training step.</summary>
    public long Step { get; }
}
