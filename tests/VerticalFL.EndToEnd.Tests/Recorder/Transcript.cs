using System.Collections.Concurrent;
using VerticalFL.Messages;
using VerticalFL.Transport;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>Everything that left and arrived at every party, inside TLS: between parties and on the control connections.</summary>
internal sealed class Transcript
{
    private readonly ConcurrentQueue<RecordedMessage> _messages = new();

    public IReadOnlyList<RecordedMessage> Messages => [.. _messages];

    public IChannelObserver At(PartyId party) => new Recorder(party, _messages);

    private sealed class Recorder(PartyId party, ConcurrentQueue<RecordedMessage> messages) : IChannelObserver
    {
        public void OnSent(PartyId peer, MessageType type, ReadOnlySpan<byte> message) =>
            messages.Enqueue(new RecordedMessage(party, peer, true, type, message.ToArray()));

        public void OnReceived(PartyId peer, MessageType type, ReadOnlySpan<byte> message) =>
            messages.Enqueue(new RecordedMessage(party, peer, false, type, message.ToArray()));
    }
}
