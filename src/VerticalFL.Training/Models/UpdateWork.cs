using VerticalFL.Training.Engines;
using VerticalFL.Training.Engines.Kernels;

namespace VerticalFL.Training.Models;

/// <summary>An optimiser's step over one matrix of weights, which threads share.</summary>
internal sealed unsafe class UpdateWork<TRule>(KernelSet kernels) : ITeamWork
    where TRule : struct, IUpdateRule
{
    /// <summary>A cache line of floats: two threads never write to the same one.</summary>
    private const int Line = 16;

    /// <summary>The step.</summary>
    public TRule Rule { get; set; }

    /// <summary>The weights.</summary>
    public Parameter? Of { get; set; }

    public void Run(int part, int parts)
    {
        Parameter p = Of!;
        int lines = (p.Count + Line - 1) / Line;
        int first = (int)((long)lines * part / parts) * Line;
        int end = Math.Min((int)((long)lines * (part + 1) / parts) * Line, p.Count);
        kernels.Update(
            Rule, p.Gradient.Pointer + first, p.Value.Pointer + first, p.Slots[0].Pointer + first, p.Slots[1].Pointer + first, end - first);
    }
}
