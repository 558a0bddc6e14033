using System.Buffers.Binary;
using System.Text;
using VerticalFL.Cryptography.Keys;

namespace VerticalFL.Alignment.Star;

/// <summary>Texts and numbers as the inputs of <see cref="KeyDerivation"/>.</summary>
internal static class Inputs
{
    public static ReadOnlyMemory<byte> Of(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Four bytes, big endian.</summary>
    public static ReadOnlyMemory<byte> Of(int number)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }
}
