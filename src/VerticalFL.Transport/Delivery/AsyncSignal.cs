using System.Threading.Channels;

namespace VerticalFL.Transport.Delivery;

/// <summary>Wakes one waiting loop; signals that come while it works are remembered as one.</summary>
internal sealed class AsyncSignal
{
    private readonly Channel<bool> _pulses = System.Threading.Channels.Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public void Set() => _pulses.Writer.TryWrite(true);

    public async ValueTask WaitAsync(CancellationToken cancellationToken) => await _pulses.Reader.ReadAsync(cancellationToken);
}
