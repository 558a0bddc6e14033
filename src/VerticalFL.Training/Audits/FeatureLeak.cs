namespace VerticalFL.Training.Audits;

/// <summary>How well <see cref="FeatureRecovery"/> told a party's columns.</summary>
/// <param name="KnownRows">Rows whose columns the attacker knew.</param>
/// <param name="MeanR2">The mean over columns; 0 is no better than saying the mean, 1 every value.</param>
/// <param name="LargestR2">The column's that is told best.</param>
/// <param name="LargestColumn">Which that is, from 0.</param>
/// <param name="Chance">The largest column's figure when the columns are another patient's.</param>
public sealed record FeatureLeak(int KnownRows, double MeanR2, double LargestR2, int LargestColumn, double Chance);
