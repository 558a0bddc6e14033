namespace VerticalFL.Training.Engines;

/// <summary>
/// Makes bottom models. A party may bring its own in an assembly of its own (protocols/training/engine.md, "A party's own engine"): one public class
/// with a constructor without parameters.
/// </summary>
public interface IBottomEngine
{
    /// <summary>The engine's name, such as <c>managed</c>: 1 to 64 letters, digits, dots, hyphens.</summary>
    string Name { get; }

    /// <summary>
    /// The version of its numbers, of the same form. Another version's checkpoints count as absent: raise it whenever the same seed, rows and
    /// gradients no longer give the same bits, or the state is laid out otherwise.
    /// </summary>
    string Version { get; }

    /// <summary>Makes a model with fresh weights.</summary>
    /// <exception cref="ArgumentException">The engine cannot make that model; the message says why.</exception>
    IBottomModel Create(BottomModelPlan plan);
}
