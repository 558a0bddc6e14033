using VerticalFL.Messages.Control;

namespace VerticalFL.Transport.Links;

/// <summary>A dialer that may have to wait before it can try at all, and says for what.</summary>
internal interface IWaitingDialer : ILinkDialer
{
    /// <summary>Is told, while a link is dialled, what keeps it from trying.</summary>
    Action<LinkFault>? Waits { set; }
}
