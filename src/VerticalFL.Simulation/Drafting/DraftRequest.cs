using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Simulation.Drafting;

/// <summary>What only a person can say of a study that is drafted from tables.</summary>
/// <param name="LabelParty">The party that holds the outcome.</param>
/// <param name="Label">The outcome's column; of a survival outcome the follow-up time's.</param>
public sealed record DraftRequest(PartyId LabelParty, string Label)
{
    /// <summary>A survival outcome's event column. Default (null): the column <c>event</c> of a table whose outcome looks like a time.</summary>
    public string? Event { get; init; }

    /// <summary>The kind of outcome. Default (null): told by the column's values.</summary>
    public TaskKind? Task { get; init; }

    /// <summary>The value of a binary outcome that counts as positive. Default (null): guessed, and said.</summary>
    public string? Positive { get; init; }

    /// <summary>The study's name. Default (null): the folder's.</summary>
    public string? Name { get; init; }
}
