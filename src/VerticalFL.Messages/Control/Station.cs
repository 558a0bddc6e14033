namespace VerticalFL.Messages.Control;

/// <summary>Where a run is at one party.</summary>
public enum Station
{
    /// <summary>Opening the channels to the other parties.</summary>
    Connecting = 0,

    /// <summary>Reading its own data.</summary>
    Reading = 1,

    /// <summary>Finding the common patients.</summary>
    Aligning = 2,

    /// <summary>Training the split network.</summary>
    Training = 3,

    /// <summary>Evaluating it and writing the report.</summary>
    Evaluating = 4,

    /// <summary>Over.</summary>
    Ended = 5,

    /// <summary>Computing predictions for new patients.</summary>
    Predicting = 6,
}
