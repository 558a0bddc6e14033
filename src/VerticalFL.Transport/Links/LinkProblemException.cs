using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Links;

/// <summary>A link did not come up or broke, with the kind of its reason for the console and the reason itself for this side's log.</summary>
/// <param name="fault">The kind.</param>
/// <param name="reason">One clause without a full stop.</param>
/// <param name="inner">What led to it.</param>
internal sealed class LinkProblemException(LinkFault fault, string reason, Exception? inner = null) : IOException(reason, inner)
{
    public LinkFault Fault { get; } = fault;

    /// <summary>The kind of reason that any failure of a link has.</summary>
    public static LinkFault FaultOf(Exception e) => e switch
    {
        LinkProblemException problem => problem.Fault,
        LinkRefusedException refused => refused.Fault,
        EndOfStreamException => LinkFault.Closed,
        OperationCanceledException => LinkFault.TimedOut,
        _ => LinkFault.Cut,
    };
}
