namespace VerticalFL.Training.Engines;

/// <summary>Work that threads can share: whichever parts they take, the result has the same bits.</summary>
internal interface ITeamWork
{
    /// <summary>Does one part.</summary>
    /// <param name="part">From 0.</param>
    /// <param name="parts">How many there are.</param>
    void Run(int part, int parts);
}
