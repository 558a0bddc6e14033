namespace VerticalFL.Alignment;

/// <summary>The steps of an alignment, in their order.</summary>
public enum AlignmentStep
{
    /// <summary>Sizes and parameters are exchanged.</summary>
    Hello,

    /// <summary>The leader's blinded identifiers are evaluated by the followers. Unit: identifiers, summed over the followers.</summary>
    Oprf,

    /// <summary>A follower evaluates its own identifiers. Unit: identifiers.</summary>
    OwnValues,

    /// <summary>A follower's tags or table go to the leader. Unit: tags or slots, summed over the followers.</summary>
    Transfer,

    /// <summary>The leader tells which patients are common. Unit: patients, summed over the followers.</summary>
    Announcement,

    /// <summary>The common order is agreed on.</summary>
    Order,

    /// <summary>Every pair of parties checks that its rows are the same.</summary>
    RowCheck,
}
