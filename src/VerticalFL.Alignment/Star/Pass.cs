namespace VerticalFL.Alignment.Star;

/// <summary>One pass over all parties: the alignment of the rows that are left by one of the study's keys.</summary>
/// <param name="Number">Which one, from 1: the key's place in the study.</param>
/// <param name="Of">How many there are.</param>
/// <param name="Previous">The session id of the pass before, so that ids of later passes are bound to all that came before; empty in the first.</param>
/// <param name="Matched">How many patients the passes before have matched.</param>
internal sealed record Pass(int Number, int Of, ReadOnlyMemory<byte> Previous, int Matched)
{
    /// <summary>The first pass of so many.</summary>
    public static Pass First(int of) => new(1, of, ReadOnlyMemory<byte>.Empty, 0);

    /// <summary>The pass that follows one that was held in a session and has matched so many.</summary>
    public Pass Next(AlignmentSession session, int matched) => new(Number + 1, Of, session.Id, Matched + matched);

    /// <summary>The minimum counts over all passes, so that only the last one can fail it.</summary>
    public int FewestOf(int minimum) => Number == Of ? Math.Max(0, minimum - Matched) : 0;
}
