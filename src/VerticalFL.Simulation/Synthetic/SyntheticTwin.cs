namespace VerticalFL.Simulation.Synthetic;

/// <summary>
/// A made-up double of a public data set: the same parties, row counts, overlap, split, column kinds and shares of missing values, with a
/// signal of the same kind but no real patient.
/// </summary>
public enum SyntheticTwin
{
    /// <summary>SUPPORT2: in-hospital death, binary; 8195 rows a party, 6637 in common.</summary>
    Support2,

    /// <summary>TCGA breast cancer: three subtypes, omics only; 220, 220 and 150 rows, 150 in common.</summary>
    TcgaBrca,

    /// <summary>METABRIC: survival; 1714 rows a party, 1378 in common.</summary>
    Metabric,
}
