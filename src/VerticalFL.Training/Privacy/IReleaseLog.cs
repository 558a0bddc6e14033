namespace VerticalFL.Training.Privacy;

/// <summary>Remembers, before anything leaves, which noise was drawn where: another draw at the same place tells more, and is charged.</summary>
public interface IReleaseLog
{
    /// <summary>
    /// Notes a draw and returns when that is on disk. The same draw at the same place, as after an interruption, changes nothing; another one is charged for
    /// first.
    /// </summary>
    /// <param name="place">What is released and at which step, unique within the run.</param>
    /// <param name="tag">Names the draw and what it is for; tells nothing of either.</param>
    /// <param name="loss">What another draw at the place tells of a patient.</param>
    /// <exception cref="System.IO.IOException">The disk refused; nothing may leave.</exception>
    void Enter(string place, ReadOnlySpan<byte> tag, PrivacyLoss loss);
}
