// How much noise a study with differential privacy needs, and what each party then tells of a patient.
// What:        a training patient's row leaves a feature party once an epoch and once more when the model is evaluated, under noise of z clipping norms; its gradient
//              of the weights enters one step an epoch, under noise of 4 z. At the label party its row of gradients leaves once an epoch (z), and it enters one
//              step of bottom and top, which are clipped together (4 z). A patient of the test part has one row evaluated. z is the least whose losses,
//              composed, keep epsilon.
// Reference:   protocols/training/privacy.md; PrivacyLoss for the composition.
// Parameters:  weights bear four times the noise of rows for a sixteenth of the loss: a step's weights see a batch of rows, each with noise of its own, of about that
//              size together (16 = the root of a batch of 256).
// Adversary:   all other parties together, and the coordinator and the network.
using VerticalFL.Messages.Studies;

namespace VerticalFL.Training.Privacy;

/// <summary>The noise of a study with differential privacy, and the losses that follow.</summary>
public sealed record PrivacyPlan
{
    /// <summary>The weights' noise over the rows'.</summary>
    public const double WeightShare = 4;

    private PrivacyPlan()
    {
    }

    /// <summary>Standard deviation of the noise on a released row over the clipping norm.</summary>
    public required double RowNoise { get; init; }

    /// <summary>Standard deviation of the noise on a batch's sum of the weights' gradients over the clipping norm.</summary>
    public double WeightNoise => WeightShare * RowNoise;

    /// <summary>What one row tells that is released.</summary>
    public PrivacyLoss Row => PrivacyLoss.OfRelease(RowNoise);

    /// <summary>What one step of the weights tells of a patient of its batch.</summary>
    public PrivacyLoss Step => PrivacyLoss.OfRelease(WeightNoise);

    /// <summary>What a feature party's data of a training patient tells in the whole run.</summary>
    public required PrivacyLoss FeatureTraining { get; init; }

    /// <summary>What the label party's data of a training patient tells, outcome and features.</summary>
    public required PrivacyLoss LabelTraining { get; init; }

    /// <summary>Solves a study's epsilon for the noise.</summary>
    /// <param name="settings">The study's.</param>
    /// <param name="epochs">The study's epochs; all of them are paid for.</param>
    /// <param name="patients">Patients in the cohort, where they are known.</param>
    /// <exception cref="ArgumentException">Delta is too large for the cohort.</exception>
    /// <exception cref="InvalidOperationException">No noise keeps epsilon; the message says the smallest that can be kept.</exception>
    public static PrivacyPlan Of(DifferentialPrivacySettings settings, int epochs, int patients = 1)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        double steps = epochs / (WeightShare * WeightShare);
        double noise = new PrivacyTarget(settings.Epsilon, settings.Delta, patients).NoiseMultiplier(epochs + 1 + steps);
        PrivacyLoss row = PrivacyLoss.OfRelease(noise);
        return new PrivacyPlan { RowNoise = noise, FeatureTraining = row * (epochs + 1 + steps), LabelTraining = row * (epochs + steps) };
    }

    /// <summary>What a training patient's data at all parties together tells an adversary who holds none of it: the largest over who that may be.</summary>
    /// <param name="featureParties">How many feature parties there are.</param>
    public PrivacyLoss WholePatient(int featureParties)
    {
        // The label party sees all feature parties' releases; a feature party those of the others, and the label party's.
        PrivacyLoss toLabelParty = FeatureTraining * featureParties;
        PrivacyLoss toFeatureParty = (FeatureTraining * (featureParties - 1)) + LabelTraining;
        return toLabelParty.Rho > toFeatureParty.Rho ? toLabelParty : toFeatureParty;
    }

    /// <summary>By what the label party multiplies the blurred sum before it adds its own part: the best linear estimate of rows of at most the clipping norm.</summary>
    internal float Trust(int cutWidth) => (float)(1 / (1 + (RowNoise * RowNoise * cutWidth)));
}
