using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Links;

/// <summary>Somebody said no, with a reason.</summary>
/// <param name="reason">One clause without a full stop.</param>
/// <param name="fault">Which kind of no.</param>
/// <param name="isFinal">
/// Whether the word comes from the authenticated peer, or from this side about it: never retried. Otherwise it ends the opening of a
/// channel, but an open channel keeps dialling, so that a relay or a stranger that speaks nonsense can only delay it.
/// </param>
internal sealed class LinkRefusedException(string reason, LinkFault fault, bool isFinal) : Exception(reason)
{
    public LinkFault Fault { get; } = fault;

    public bool IsFinal { get; } = isFinal;
}
