using System.Security.Cryptography.X509Certificates;

namespace VerticalFL.Governance.Provisioning;

/// <summary>Tells keys on P-256, the only ones that the consortium signs, from others.</summary>
internal static class EcKeys
{
    private const string EcOid = "1.2.840.10045.2.1";

    // The object identifier 1.2.840.10045.3.1.7 in DER (RFC 5480, section 2.1.1.1).
    private static ReadOnlySpan<byte> P256Parameters => [0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07];

    public static bool IsP256(PublicKey key) =>
        key.Oid.Value == EcOid && key.EncodedParameters?.RawData.AsSpan().SequenceEqual(P256Parameters) == true;
}
