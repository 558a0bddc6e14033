namespace VerticalFL.Messages.Studies;

/// <summary>Between what a column's numbers usually lie, known without looking at the data.</summary>
/// <param name="Low">The lower end.</param>
/// <param name="High">The upper end, above <paramref name="Low"/>.</param>
public readonly record struct ValueRange(double Low, double High);
