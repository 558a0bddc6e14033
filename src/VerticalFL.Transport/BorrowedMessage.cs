using VerticalFL.Messages;
using VerticalFL.Transport.Delivery;

namespace VerticalFL.Transport;

/// <summary>
/// A received message whose bulk lies in the channel's memory. Disposing it gives the memory back for messages to come: from then on nobody may look
/// at any part of it. One that is never disposed costs its memory and nothing else.
/// </summary>
/// <typeparam name="T">The message.</typeparam>
public sealed class BorrowedMessage<T> : IDisposable
    where T : IMessage<T>
{
    private readonly T _message;
    private readonly DeliverySession _owner;
    private byte[]? _memory;

    internal BorrowedMessage(T message, byte[] memory, DeliverySession owner)
    {
        _message = message;
        _memory = memory;
        _owner = owner;
    }

    /// <summary>The message.</summary>
    /// <exception cref="ObjectDisposedException">It was given back.</exception>
    public T Message
    {
        get
        {
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _memory) is null, this);
            return _message;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _memory, null) is { } memory)
        {
            _owner.TakeBack(memory);
        }
    }
}
