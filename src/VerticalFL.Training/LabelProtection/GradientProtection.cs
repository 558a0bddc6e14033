using VerticalFL.Messages.Studies;

namespace VerticalFL.Training.LabelProtection;

/// <summary>Makes the perturbation that a study asks for.</summary>
internal static class GradientProtection
{
    /// <exception cref="ArgumentException">The study's protection perturbs no gradients.</exception>
    public static IGradientProtection For(LabelSettings labels, NoiseSeed seed) => labels.Protection switch
    {
        Messages.Studies.LabelProtection.MaxNorm => new MaxNormNoise(seed),
        Messages.Studies.LabelProtection.Marvell => new MarvellNoise(seed, labels.LargestAuc),
        _ => throw new ArgumentException($"{labels.Protection} perturbs no gradients.", nameof(labels)),
    };
}
