// Extension of 128 base transfers to many correlated ones: q_i = t_i + x_i Delta.
//
// Reference: Ishai, Kilian, Nissim, Petrank (2003) in the shape of Roy, "SoftSpokenOT" (2022, ePrint 2022/192), section 4, for k = 1: a
// subspace VOLE by the repetition code, made secure by a linear universal hash of every column. (The check of KOS 2015 adds the columns up
// first and has a gap in its proof; this one does not.) The hash is the inner product with weights in GF(2^128); the weights come from
// SHA-256 of the message (Fiat-Shamir) instead of another round.
// The receiver holds both keys of 128 base transfers, expands them to T_j and T'_j and sends U_j = T_j + T'_j + x; the sender
// holds Delta and the chosen keys and gets Q_j = T_j + Delta_j x.
// A last block of x, uniform, blinds the hash of x.
// Parameters: 128 columns; weights of 128 bits: columns that differ pass with probability 2^-128 per try.
// Adversary: malicious. A receiver that sends different x in different columns is refused unless it has guessed the concerned bits of
// Delta, one bit for one bit: so it learns k bits with probability 2^-k. Everything is in constant time.
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Fields;

namespace VerticalFL.Cryptography.ObliviousTransfer;

/// <summary>The side with the choices x, which was the sender of the base transfers.</summary>
internal sealed class OtExtensionReceiver : IDisposable
{
    private readonly ColumnMatrix _columns;

    /// <summary>Chooses and makes the message to the sender.</summary>
    /// <param name="session">32 bytes, public, as at the sender.</param>
    /// <param name="keys0">128 keys of 32 bytes, from the base transfers.</param>
    /// <param name="keys1">128 keys of 32 bytes, from the base transfers.</param>
    /// <param name="choices">The blocks of x; bit i of block b is the choice of transfer 128 b + i.</param>
    public OtExtensionReceiver(byte[] session, ReadOnlySpan<byte> keys0, ReadOnlySpan<byte> keys1, ReadOnlySpan<Gf128> choices)
        : this(session, keys0, keys1, choices, Gf128.Random())
    {
    }

    // With a given blinding block, for vectors.
    internal OtExtensionReceiver(
        byte[] session, ReadOnlySpan<byte> keys0, ReadOnlySpan<byte> keys1, ReadOnlySpan<Gf128> choices, Gf128 blind)
    {
        int height = choices.Length + 1;
        Gf128[] x = GC.AllocateArray<Gf128>(height, pinned: true);
        choices.CopyTo(x);
        x[^1] = blind;
        _columns = new ColumnMatrix(height);
        _columns.Expand(keys0);
        using var others = new ColumnMatrix(height);
        others.Expand(keys1);

        byte[] message = new byte[MessageSize(choices.Length)];
        Span<Gf128> blocks = MemoryMarshal.Cast<byte, Gf128>(message.AsSpan());
        int sent = ColumnMatrix.Columns * height;
        for (int j = 0; j < ColumnMatrix.Columns; j++)
        {
            Span<Gf128> column = _columns.Column(j), other = others.Column(j), u = blocks.Slice(j * height, height);
            for (int i = 0; i < height; i++)
            {
                u[i] = column[i] ^ other[i] ^ x[i];
            }
        }

        Gf128[] weights = ColumnMatrix.CheckWeights(session, message.AsMemory(0, sent * Gf128.Size), height);
        blocks[sent] = Gf128Vector.InnerProduct(weights, x);
        for (int j = 0; j < ColumnMatrix.Columns; j++)
        {
            blocks[sent + 1 + j] = Gf128Vector.InnerProduct(weights, _columns.Column(j));
        }

        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(x.AsSpan()));
        Message = message;
    }

    /// <summary>The message to the sender.</summary>
    public ReadOnlyMemory<byte> Message { get; }

    /// <summary>Bytes of the message for so many blocks of choices.</summary>
    public static int MessageSize(int blocks) => ((ColumnMatrix.Columns * (blocks + 2)) + 1) * Gf128.Size;

    /// <summary>t_i for the 128 transfers of a block.</summary>
    public void Rows(int block, Span<Gf128> rows) => _columns.Rows(block, rows);

    /// <summary>The block read as one element c of x: a with b = a + c Delta, b at the sender.</summary>
    public Gf128 Combine(int block) => _columns.Combine(block);

    /// <summary>Zeroes the columns.</summary>
    public void Dispose() => _columns.Dispose();
}
