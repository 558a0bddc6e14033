using VerticalFL.Messages;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>One message as a party's recorder saw it inside TLS.</summary>
internal sealed record RecordedMessage(PartyId At, PartyId Peer, bool Sent, MessageType Type, byte[] Bytes)
{
    public PartyId From => Sent ? At : Peer;

    public PartyId To => Sent ? Peer : At;

    public override string ToString() => $"{Type} from {From} to {To}, recorded at {At}";
}
