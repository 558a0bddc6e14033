using VerticalFL.Messages.Studies;

namespace VerticalFL.Training.Split;

/// <summary>
/// By what the learning rate is multiplied at a step: a function of the study and the step alone, the same at every party, after a resume, and on every
/// machine (protocols/training/README.md, section 5).
/// </summary>
/// <param name="settings">The study's schedule; null: the rate stays.</param>
/// <param name="epochs">The study's most epochs, over which the rate decays, whether or not early stopping lets them all come.</param>
/// <param name="batches">Steps of an epoch.</param>
internal sealed class RateSchedule(ScheduleSettings? settings, int epochs, int batches)
{
    /// <summary>A step with no rate at all would not be one; half a cosine comes that close to 0 only within the last thousandth of a long training.</summary>
    private const double Least = 1e-9;

    /// <summary>At least 1e-9 and at most 1.</summary>
    public double At(long step)
    {
        if (settings is null)
        {
            return 1;
        }

        long warmup = (long)settings.WarmupEpochs * batches;
        if (step < warmup)
        {
            return (step + 1.0) / warmup;
        }

        double gone = (double)(step - warmup) / (((long)epochs * batches) - warmup);
        double rate = settings.Decay switch
        {
            RateDecay.Linear => 1 - gone,
            RateDecay.Cosine => (1 - Sine(Math.PI * (gone - 0.5))) / 2,
            _ => 1,
        };
        return Math.Clamp(rate, Least, 1);
    }

    /// <summary>
    /// Taylor's series up to x^17, for |x| at most pi/2, within 1e-13; Math.Sin is the platform's and may differ in the last bit, which would show in the weights.
    /// </summary>
    private static double Sine(double x)
    {
        double square = x * x;
        double sum = 0;
        for (int n = 17; n >= 3; n -= 2)
        {
            sum = (1 + sum) * (-square / (n * (n - 1)));
        }

        return x * (1 + sum);
    }
}
