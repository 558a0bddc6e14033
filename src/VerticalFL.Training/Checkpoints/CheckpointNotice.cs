using VerticalFL.Messages;

namespace VerticalFL.Training.Checkpoints;

/// <summary>What happened to a checkpoint.</summary>
public enum CheckpointEvent
{
    /// <summary>All parties go on from it.</summary>
    Resumed,

    /// <summary>A party could not write it, so that nobody will go on from it; the training continues.</summary>
    NotSaved,
}

/// <summary>Something about checkpoints that the party's operator should know.</summary>
/// <param name="Event">What.</param>
/// <param name="Step">Batches that were over.</param>
/// <param name="Party">The party that could not write it; null when the training resumes.</param>
public sealed record CheckpointNotice(CheckpointEvent Event, long Step, PartyId? Party);
