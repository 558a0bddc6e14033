namespace VerticalFL.Training.Split;

/// <summary>What a cohort row is used for.</summary>
public enum RowPart : byte
{
    /// <summary>Aligned but not used.</summary>
    Unused = 0,

    /// <summary>Trains; statistics are fitted on these rows only.</summary>
    Training = 1,

    /// <summary>Kept aside from the training rows to decide when to stop.</summary>
    Validation = 2,

    /// <summary>Looked at once, after training.</summary>
    Test = 3,
}
