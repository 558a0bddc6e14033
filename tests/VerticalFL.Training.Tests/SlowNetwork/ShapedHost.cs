using System.Threading.Channels;

namespace VerticalFL.Training.Tests.SlowNetwork;

/// <summary>A host's two lines, and the delivery of what comes down: one packet after the other, in the order in which they arrive at the line.</summary>
internal sealed class ShapedHost
{
    private readonly ShapedNetwork _network;
    private readonly HostLine _down;
    private readonly Channel<Packet> _arriving = Channel.CreateUnboundedPrioritized(
        new UnboundedPrioritizedChannelOptions<Packet> { Comparer = Comparer<Packet>.Create((a, b) => a.Arrives.CompareTo(b.Arrives)) });

    public ShapedHost(ShapedNetwork network, double bitsPerSecond)
    {
        (_network, Up, _down) = (network, new HostLine(bitsPerSecond), new HostLine(bitsPerSecond));
        _ = DeliverAsync();
    }

    public HostLine Up { get; }

    /// <summary>Puts a packet on its way down; its stream gets it when it is through.</summary>
    public void Send(Packet packet) => _arriving.Writer.TryWrite(packet);

    private async Task DeliverAsync()
    {
        await foreach (Packet packet in _arriving.Reader.ReadAllAsync())
        {
            await _network.WaitUntilAsync(_down.Carry(packet.Arrives, packet.Bytes.Length));
            await packet.To.DeliverAsync(packet.Bytes);
        }
    }

    /// <summary>Some bytes under way.</summary>
    /// <param name="Arrives">When they are at the line down.</param>
    /// <param name="Bytes">The bytes.</param>
    /// <param name="To">The stream that they were written to.</param>
    internal sealed record Packet(TimeSpan Arrives, byte[] Bytes, ShapedStream To);
}
