using System.Buffers.Binary;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>Reads one direction of a connection as TLS 1.3 records (RFC 8446, section 5.1).</summary>
internal sealed class TlsRecords
{
    private const byte ChangeCipherSpec = 20;
    private const byte Handshake = 22;
    private const byte ApplicationData = 23;
    private const int HeaderSize = 5;
    private const int LargestCiphertext = 16384 + 256;

    private readonly List<string> _problems = [];
    private readonly List<byte[]> _hellos = [];
    private readonly MemoryStream _ciphertext = new();

    public TlsRecords(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0 && _problems.Count == 0)
        {
            bytes = Read(bytes);
        }
    }

    /// <summary>What is not as it should be.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>The handshake messages in the clear: ClientHello or ServerHello, nothing else has to be.</summary>
    public IReadOnlyList<byte[]> Hellos => _hellos;

    /// <summary>The content of all application-data records.</summary>
    public byte[] Ciphertext => _ciphertext.ToArray();

    /// <summary>The numbers of the extensions of a hello (RFC 8446, sections 4.1.2, 4.1.3 and 4.2).</summary>
    public static IReadOnlyList<int> ExtensionsOf(ReadOnlySpan<byte> hello)
    {
        bool client = hello[0] == 1;
        ReadOnlySpan<byte> rest = hello[(4 + 2 + 32)..];
        rest = rest[(1 + rest[0])..];
        rest = client ? rest[(2 + BinaryPrimitives.ReadUInt16BigEndian(rest))..] : rest[2..];
        rest = client ? rest[(1 + rest[0])..] : rest[1..];
        rest = rest.Slice(2, BinaryPrimitives.ReadUInt16BigEndian(rest));
        var numbers = new List<int>();
        while (rest.Length > 0)
        {
            numbers.Add(BinaryPrimitives.ReadUInt16BigEndian(rest));
            rest = rest[(4 + BinaryPrimitives.ReadUInt16BigEndian(rest[2..]))..];
        }

        return numbers;
    }

    private ReadOnlySpan<byte> Read(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize)
        {
            _problems.Add($"{bytes.Length} bytes are no record");
            return [];
        }

        byte type = bytes[0];
        int version = BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]);
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        // The first ClientHello alone may call itself 3.1 (RFC 8446, section 5.1).
        bool versionIsRight = version == 0x0303 || (version == 0x0301 && type == Handshake && _hellos.Count == 0);
        if (type is < ChangeCipherSpec or > ApplicationData || !versionIsRight || length is 0 or > LargestCiphertext || HeaderSize + length > bytes.Length)
        {
            _problems.Add($"no record: type {type}, version {version:x4}, {length} bytes of {bytes.Length - HeaderSize}");
            return [];
        }

        ReadOnlySpan<byte> content = bytes.Slice(HeaderSize, length);
        switch (type)
        {
            case ApplicationData:
                _ciphertext.Write(content);
                break;
            case Handshake when content[0] is 1 or 2 && _ciphertext.Length == 0:
                _hellos.Add(content.ToArray());
                break;
            case ChangeCipherSpec when content is [1] && _ciphertext.Length == 0:
                break;
            default:
                _problems.Add($"record type {type} in the clear with content beginning {content[0]}");
                break;
        }

        return bytes[(HeaderSize + length)..];
    }
}
