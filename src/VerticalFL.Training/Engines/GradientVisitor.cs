namespace VerticalFL.Training.Engines;

/// <summary>Looks at one matrix of weights' gradients, or changes it in place.</summary>
/// <param name="gradient">The gradient of the batch's mean loss.</param>
public delegate void GradientVisitor(Span<float> gradient);
