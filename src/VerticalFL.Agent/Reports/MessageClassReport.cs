namespace VerticalFL.Agent.Reports;

/// <summary>What crossed the wall in messages of one type.</summary>
/// <param name="Number">The number on the wire.</param>
/// <param name="Type">The name.</param>
/// <param name="Readers">Who can read it: peerParty, coordinator or consortium.</param>
/// <param name="Reveals">What the reader learns, in one sentence.</param>
/// <param name="Sent">Messages sent.</param>
/// <param name="BytesSent">Bytes sent, before TLS.</param>
/// <param name="Received">Messages received.</param>
/// <param name="BytesReceived">Bytes received, before TLS.</param>
public sealed record MessageClassReport(
    int Number, string Type, string Readers, string Reveals, long Sent, long BytesSent, long Received, long BytesReceived);
