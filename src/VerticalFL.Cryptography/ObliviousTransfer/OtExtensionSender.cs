// The sender's side of the extension; reference, parameters and adversary in OtExtensionReceiver.cs.
using System.Runtime.InteropServices;
using VerticalFL.Cryptography.Fields;

namespace VerticalFL.Cryptography.ObliviousTransfer;

/// <summary>The side with Delta, which was the receiver of the base transfers with Delta's bits as choices.</summary>
internal sealed class OtExtensionSender : IDisposable
{
    private readonly ColumnMatrix _columns;

    private OtExtensionSender(ColumnMatrix columns) => _columns = columns;

    /// <summary>Takes the receiver's message and checks it.</summary>
    /// <param name="session">32 bytes, public, as at the receiver.</param>
    /// <param name="delta">The bits that were chosen in the base transfers.</param>
    /// <param name="keys">128 chosen keys of 32 bytes.</param>
    /// <param name="blocks">How many blocks of choices are due.</param>
    /// <param name="message">The receiver's message.</param>
    /// <returns>Null for a wrong length or when the check fails; nothing more is said.</returns>
    public static OtExtensionSender? TryExtend(
        byte[] session, Gf128 delta, ReadOnlySpan<byte> keys, int blocks, ReadOnlyMemory<byte> message)
    {
        if (message.Length != OtExtensionReceiver.MessageSize(blocks))
        {
            return null;
        }

        int height = blocks + 1;
        int sent = ColumnMatrix.Columns * height;
        ReadOnlySpan<Gf128> received = MemoryMarshal.Cast<byte, Gf128>(message.Span);
        Gf128[] weights = ColumnMatrix.CheckWeights(session, message[..(sent * Gf128.Size)], height);
        var columns = new ColumnMatrix(height);
        columns.Expand(keys);
        Gf128 wrong = default;
        for (int j = 0; j < ColumnMatrix.Columns; j++)
        {
            var mask = Gf128.Mask(delta.Bit(j));
            Span<Gf128> column = columns.Column(j);
            for (int i = 0; i < height; i++)
            {
                column[i] ^= received[(j * height) + i] & mask;
            }

            Gf128 difference = Gf128Vector.InnerProduct(weights, column) ^ received[sent + 1 + j] ^ (received[sent] & mask);
            wrong = new Gf128(wrong.Low | difference.Low, wrong.High | difference.High);
        }

        if (wrong.IsZero)
        {
            return new OtExtensionSender(columns);
        }

        columns.Dispose();
        return null;
    }

    /// <summary>q_i = t_i + x_i Delta for the 128 transfers of a block.</summary>
    public void Rows(int block, Span<Gf128> rows) => _columns.Rows(block, rows);

    /// <summary>The block read as one element c of x: b = a + c Delta, a at the receiver.</summary>
    public Gf128 Combine(int block) => _columns.Combine(block);

    /// <summary>Zeroes the columns.</summary>
    public void Dispose() => _columns.Dispose();
}
