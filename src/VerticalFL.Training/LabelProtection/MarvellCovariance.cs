// The cheapest Gaussian noise that makes two classes' gradients hard to tell apart.
// What:        classes 0 and 1 with mean difference of squared length g and isotropic covariances u I and v I get noise whose covariance has one value
//              along the difference and one across it, per class. After it the variances are A0, A1 along and B0, B1 across, and
//              sumKL = 1/2 [ (d - 1)(B0/B1 + B1/B0 - 2) + (A0/A1 + A1/A0 - 2) + g (1/A0 + 1/A1) ].
//              Of all with sumKL <= bound, the one with the least expected squared noise (1 - p)(A0 - u + (d - 1)(B0 - u)) + p (A1 - v + (d - 1)(B1 - v)).
// Reference:   Li, Sun, et al. 2022, "Label Leakage and Protection in Two-party Split Learning" (ICLR), section 4.2, theorems 1 and 2.
// Parameters:  AUC of any attack on one row of one batch <= 1/2 + sqrt(sumKL)/2 - sumKL/8 for sumKL < 4 (theorem 1).
namespace VerticalFL.Training.LabelProtection;

/// <summary>Variances of the noise for one batch.</summary>
/// <param name="Along0">For rows of class 0, along the difference of the classes' means.</param>
/// <param name="Across0">The same, in every direction across it; at most <paramref name="Along0"/>.</param>
/// <param name="Along1">For rows of class 1, along.</param>
/// <param name="Across1">For rows of class 1, across.</param>
internal readonly record struct MarvellCovariance(double Along0, double Across0, double Along1, double Across1)
{
    private const int Grid = 33;
    private const int Refinements = 8;

    /// <summary>The bound on sumKL under which no attack on one row of one batch has a larger AUC.</summary>
    /// <param name="auc">Between one half and one, exclusive.</param>
    public static double SumKlFor(double auc)
    {
        // auc = 1/2 + x/2 - x^2/8 with x = sqrt(sumKL) < 2.
        double x = 2 - Math.Sqrt(4 - (8 * (auc - 0.5)));
        return x * x;
    }

    /// <summary>Finds the noise.</summary>
    /// <param name="u">Class 0's variance per dimension.</param>
    /// <param name="v">Class 1's variance per dimension.</param>
    /// <param name="g">Squared length of the difference of the means.</param>
    /// <param name="dimensions">Width of the gradients, at least 1.</param>
    /// <param name="p">Share of class 1, between 0 and 1, exclusive.</param>
    /// <param name="sumKl">The bound, above 0.</param>
    public static MarvellCovariance Solve(double u, double v, double g, int dimensions, double p, double sumKl)
    {
        if (u > v)
        {
            MarvellCovariance swapped = Solve(v, u, g, dimensions, 1 - p, sumKl);
            return new MarvellCovariance(swapped.Along1, swapped.Across1, swapped.Along0, swapped.Across0);
        }

        if (v == 0 && g == 0)
        {
            return default;
        }

        // Across: class 1, the wider one, needs no noise; class 0 is raised to a share r of v.
        int across = dimensions - 1;
        double leastR = across == 0 || v == 0 ? 1 : Math.Max(u / v, Ratio(2 * sumKl / across));
        (double r, double rho) = (1, 1);
        double lowR = leastR, highR = 1, lowRho = Ratio(2 * sumKl), highRho = 1 / lowRho;
        double best = double.PositiveInfinity;
        for (int round = 0; round < Refinements; round++)
        {
            double stepR = (highR - lowR) / (Grid - 1);
            double stepRho = (highRho - lowRho) / (Grid - 1);
            for (int i = 0; i < Grid; i++)
            {
                double tryR = lowR + (i * stepR);
                for (int j = 0; j < Grid; j++)
                {
                    double tryRho = lowRho + (j * stepRho);
                    double cost = Cost(u, v, g, across, p, sumKl, tryR, tryRho, out _, out _);
                    if (cost < best)
                    {
                        (best, r, rho) = (cost, tryR, tryRho);
                    }
                }

                if (stepR == 0)
                {
                    break;
                }
            }

            (lowR, highR) = (Math.Max(leastR, r - stepR), Math.Min(1, r + stepR));
            (lowRho, highRho) = (rho - stepRho, rho + stepRho);
        }

        Cost(u, v, g, across, p, sumKl, r, rho, out double a0, out double a1);
        double b0 = across == 0 ? u : r * v;
        return new MarvellCovariance(a0 - u, b0 - u, a1 - v, 0);
    }

    // The smaller ratio at which (x - 1)^2 / x = excess.
    private static double Ratio(double excess)
    {
        double half = 1 + (excess / 2);
        return 1 / (half + Math.Sqrt((half * half) - 1));
    }

    // With B0 = r v, B1 = v and A0 = rho A1: the least A1 that holds the bound, and what it costs.
    private static double Cost(
        double u, double v, double g, int across, double p, double sumKl, double r, double rho, out double a0, out double a1)
    {
        double b0 = across == 0 ? u : r * v;
        double left = (2 * sumKl) - (across * (r - 1) * (r - 1) / r) - ((rho - 1) * (rho - 1) / rho);
        a1 = Math.Max(v, b0 / rho);
        if (left > 0)
        {
            a1 = Math.Max(a1, g * (1 + (1 / rho)) / left);
        }
        else if (g > 0 || left < -1e-12)
        {
            a1 = double.PositiveInfinity;
        }

        a0 = rho * a1;
        return ((1 - p) * (a0 - u + (across * (b0 - u)))) + (p * (a1 - v));
    }
}
