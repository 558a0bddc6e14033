namespace VerticalFL.Data.Preprocessing;

/// <summary>Rows ready for a model.</summary>
/// <param name="Values">Row by row: value of row r and feature c at <c>r * Columns + c</c>. Finite; numbers within 10 standard deviations.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">How many features.</param>
/// <param name="Names">The features' names: <c>age</c>, <c>age (missing)</c>, <c>sex=male</c>, <c>sex (other)</c>, <c>sex (missing)</c>.</param>
public sealed record FeatureMatrix(float[] Values, int Rows, int Columns, IReadOnlyList<string> Names);
