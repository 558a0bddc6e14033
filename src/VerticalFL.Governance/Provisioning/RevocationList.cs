using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Governance.Provisioning;

/// <summary>
/// The certificates that the consortium no longer accepts, signed by its root. Numbers grow: an agent keeps the highest it has seen and
/// refuses a lower one.
/// </summary>
public sealed class RevocationList
{
    /// <summary>The file's name beside the root's certificate.</summary>
    public const string FileName = "revoked.json";

    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
        WriteIndented = true,
    };

    private readonly Dictionary<string, DateTimeOffset> _revoked;

    private RevocationList(int number, DateTimeOffset issued, Dictionary<string, DateTimeOffset> revoked)
    {
        Number = number;
        Issued = issued;
        _revoked = revoked;
    }

    /// <summary>Grows by one with every change; 0 for the list that the root starts with.</summary>
    public int Number { get; }

    /// <summary>When the list was signed.</summary>
    public DateTimeOffset Issued { get; }

    /// <summary>Serial numbers in lower-case hexadecimal, with the time of revocation.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Revoked => _revoked;

    /// <summary>Whether the certificate is on the list.</summary>
    public bool Contains(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return _revoked.ContainsKey(certificate.SerialNumber.ToLowerInvariant());
    }

    /// <summary>Reads a list and checks the root's signature.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">The consortium's root certificate.</param>
    /// <exception cref="CertificateException">The file is no such list, or the root did not sign it.</exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static RevocationList Load(string path, X509Certificate2 root)
    {
        ArgumentNullException.ThrowIfNull(root);
        if (new FileInfo(path).Length > MaxBytes)
        {
            throw new CertificateException($"The revocation list '{path}' is larger than {MaxBytes} bytes; fetch it again from the consortium's steward.");
        }

        try
        {
            return Parse(File.ReadAllBytes(path), root);
        }
        catch (Exception e) when (e is JsonException or FormatException or CryptographicException)
        {
            throw new CertificateException(
                $"The revocation list '{path}' is damaged or not signed by this consortium's root; fetch it again from the steward.", e);
        }
    }

    internal static RevocationList Empty(DateTimeOffset issued) => new(0, issued, []);

    internal RevocationList With(string serial, DateTimeOffset now) =>
        new(Number + 1, now, new Dictionary<string, DateTimeOffset>(_revoked) { [serial] = now });

    internal byte[] Sign(X509Certificate2 root, ECDsa key)
    {
        byte[] signature = key.SignData(ToSign(PublicKeyPin.Of(root)), HashAlgorithmName.SHA256);
        var document = new Document(
            1,
            PublicKeyPin.Of(root),
            Number,
            Issued.ToUnixTimeSeconds(),
            [.. _revoked.OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new Entry(r.Key, r.Value.ToUnixTimeSeconds()))],
            Convert.ToBase64String(signature));
        return [.. JsonSerializer.SerializeToUtf8Bytes(document, Json), (byte)'\n'];
    }

    private static RevocationList Parse(byte[] json, X509Certificate2 root)
    {
        Document document = JsonSerializer.Deserialize<Document>(json, Json) ?? throw new JsonException();
        var revoked = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (Entry entry in document.Revoked)
        {
            // A serial in any other spelling would not be found by Contains.
            if (entry.Serial.Length is 0 or > 40 || !entry.Serial.All(char.IsAsciiHexDigitLower)
                || !revoked.TryAdd(entry.Serial, DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(entry.Time, 0, uint.MaxValue))))
            {
                throw new FormatException();
            }
        }

        var list = new RevocationList(
            document.Number, DateTimeOffset.FromUnixTimeSeconds(Math.Clamp(document.Issued, 0, uint.MaxValue)), revoked);
        using ECDsa? key = root.GetECDsaPublicKey();
        bool valid = document.Version == 1 && document.Number >= 0 && document.Root == PublicKeyPin.Of(root) && key is not null
            && key.VerifyData(list.ToSign(document.Root), Convert.FromBase64String(document.Signature), HashAlgorithmName.SHA256);
        return valid ? list : throw new CryptographicException();
    }

    private byte[] ToSign(string rootPin)
    {
        var writer = new MessagePackWriter();
        writer.WriteArrayHeader(5);
        writer.WriteString("vfl/v1/revoked");
        writer.WriteString(rootPin);
        writer.WriteInt(Number);
        writer.WriteInt(Issued.ToUnixTimeSeconds());
        writer.WriteArrayHeader(_revoked.Count * 2);
        foreach ((string serial, DateTimeOffset time) in _revoked.OrderBy(r => r.Key, StringComparer.Ordinal))
        {
            writer.WriteString(serial);
            writer.WriteInt(time.ToUnixTimeSeconds());
        }

        return writer.Written.ToArray();
    }

    private sealed record Document(int Version, string Root, int Number, long Issued, IReadOnlyList<Entry> Revoked, string Signature);

    private sealed record Entry(string Serial, long Time);
}
