namespace VerticalFL.Governance.Ledger;

/// <summary>What has been told of one patient, in the two measures that add up each by itself.</summary>
/// <param name="Epsilon">The sum over answers with pure differential privacy, such as reported outcomes.</param>
/// <param name="Rho">The sum over releases with Gaussian noise, as zero-concentrated differential privacy counts them.</param>
public readonly record struct PrivacySpending(double Epsilon, double Rho)
{
    /// <summary>Both together.</summary>
    public static PrivacySpending operator +(PrivacySpending a, PrivacySpending b) => new(a.Epsilon + b.Epsilon, a.Rho + b.Rho);

    /// <inheritdoc cref="operator +(PrivacySpending, PrivacySpending)"/>
    public static PrivacySpending Add(PrivacySpending left, PrivacySpending right) => left + right;
}
