using VerticalFL.Training.Engines;

namespace VerticalFL.Training.Models;

/// <summary>A matrix of weights with its gradient and the optimiser's two slots.</summary>
internal sealed class Parameter(string name, int rows, int columns)
{
    /// <summary>The name in states and hashes, such as <c>hidden1.weight</c>.</summary>
    public string Name { get; } = name;

    public int Rows { get; } = rows;

    public int Columns { get; } = columns;

    public int Count { get; } = checked(rows * columns);

    public AlignedBuffer Value { get; } = new(checked(rows * columns));

    public AlignedBuffer Gradient { get; } = new(checked(rows * columns));

    /// <summary>The optimiser's slots: momentum or first moment, and second moment.</summary>
    public AlignedBuffer[] Slots { get; } = [new(checked(rows * columns)), new(checked(rows * columns))];

    /// <summary>The values.</summary>
    public Span<float> Values => Value.Span(Count);
}
