using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;

namespace VerticalFL.Agent.Runs;

/// <summary>Differential privacy needs an engine that tells each row's part of the gradient.</summary>
internal static class RowwiseEngine
{
    /// <exception cref="PolicyRefusedException">The party's own engine does not.</exception>
    public static void Require(Study study, IBottomModel model, PartyId self)
    {
        if (study.Privacy.DifferentialPrivacy is not null && model is not IRowwiseBottomModel)
        {
            throw new PolicyRefusedException(
                $"The engine of '{self}' does not tell each patient's part of the gradient, which the study's differential privacy needs: use the built-in engine, or one that implements {nameof(IRowwiseBottomModel)}.");
        }
    }
}
