using System.Runtime.CompilerServices;

namespace VerticalFL.Transport.Delivery;

/// <summary>
/// Writes to a stream in whole TLS records as long as there is enough, because a record costs the same whatever its size. Of bulk only the
/// bytes at a record's seams are copied. One writer at a time.
/// </summary>
internal sealed class RecordWriter(Stream stream)
{
    /// <summary>The most that one TLS record carries, in bytes (RFC 8446, section 5.1).</summary>
    private const int RecordSize = 16 * 1024;

    private readonly byte[] _seam = GC.AllocateUninitializedArray<byte>(RecordSize);
    private int _count;

    /// <summary>Writes; what does not fill a record waits for more, or for <see cref="FlushAsync"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (_count > 0)
        {
            int more = Math.Min(bytes.Length, RecordSize - _count);
            Keep(bytes[..more]);
            bytes = bytes[more..];
            if (_count < RecordSize)
            {
                return;
            }

            _count = 0;
            await stream.WriteAsync(_seam, cancellationToken);
        }

        int whole = bytes.Length - (bytes.Length % RecordSize);
        if (whole > 0)
        {
            await stream.WriteAsync(bytes[..whole], cancellationToken);
        }

        Keep(bytes[whole..]);
    }

    /// <summary>Sends everything that was written.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        int count = _count;
        _count = 0;
        if (count > 0)
        {
            await stream.WriteAsync(_seam.AsMemory(0, count), cancellationToken);
        }

        await stream.FlushAsync(cancellationToken);
    }

    private void Keep(ReadOnlyMemory<byte> bytes)
    {
        bytes.CopyTo(_seam.AsMemory(_count));
        _count += bytes.Length;
    }
}
