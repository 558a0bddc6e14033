using System.Security.Cryptography;

namespace VerticalFL.Cryptography.Prg.Backends;

/// <summary>Counter blocks through the platform's AES in ECB mode.</summary>
internal sealed class PortableAesCtr : IAesCtrBackend
{
    private readonly Aes _aes = Aes.Create();

    public PortableAesCtr(ReadOnlySpan<byte> key) => _aes.SetKey(key);

    public void FillBlocks(ulong prefix, ulong firstBlock, Span<byte> blocks)
    {
        for (int i = 0; i < blocks.Length; i += AesCtr.BlockSize)
        {
            AesCtr.WriteCounter(blocks.Slice(i, AesCtr.BlockSize), prefix, firstBlock + (ulong)(i / AesCtr.BlockSize));
        }

        if (!blocks.IsEmpty)
        {
            _aes.EncryptEcb(blocks, blocks, PaddingMode.None);
        }
    }

    public void Dispose() => _aes.Dispose();
}
