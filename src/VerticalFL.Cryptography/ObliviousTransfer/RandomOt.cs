// From correlated to random transfers: the pads of transfer i are H(q_i, i) and H(q_i + Delta, i); the receiver's is H(t_i, i).
// Reference: Ishai, Kilian, Nissim, Petrank (2003); H tweakable circular correlation robust (Guo, Katz, Wang, Yu 2020).
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.Prg;

namespace VerticalFL.Cryptography.ObliviousTransfer;

internal static class RandomOt
{
    /// <summary>Both pads of the 128 transfers of a block, at the sender.</summary>
    public static void SenderPads(
        OtExtensionSender extension, Gf128 delta, TweakableHash hash, ulong domain, int block, Span<Gf128> zero, Span<Gf128> one)
    {
        extension.Rows(block, zero);
        for (int i = 0; i < ColumnMatrix.Columns; i++)
        {
            one[i] = zero[i] ^ delta;
        }

        ulong first = (ulong)block * ColumnMatrix.Columns;
        hash.Hash(domain, first, zero, zero);
        hash.Hash(domain, first, one, one);
    }

    /// <summary>The chosen pads of the 128 transfers of a block, at the receiver.</summary>
    public static void ReceiverPads(OtExtensionReceiver extension, TweakableHash hash, ulong domain, int block, Span<Gf128> chosen)
    {
        extension.Rows(block, chosen);
        hash.Hash(domain, (ulong)block * ColumnMatrix.Columns, chosen, chosen);
    }
}
