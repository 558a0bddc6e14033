namespace VerticalFL.Messages.Studies;

/// <summary>
/// A study's leak audit: it is played whatever the parties' configurations say, and the report says whether the limits are kept. They are judged after the
/// training, and do not stop it.
/// </summary>
public sealed record AuditSettings
{
    /// <summary>What may be found at most; at least one of them.</summary>
    public required AuditLimits Limits { get; init; }
}
