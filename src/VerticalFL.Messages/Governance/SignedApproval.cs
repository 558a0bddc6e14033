using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Messages.Governance;

/// <summary>
/// A decision on a study as its operator signed it. It can be checked by anybody who holds the consortium's root certificate; who passes it
/// on need not be trusted.
/// </summary>
/// <param name="Approval">The signed bytes, as <c>protocols/governance</c> lays them out.</param>
/// <param name="Signature">ECDSA P-256 with SHA-256 over them: r then s, 64 bytes.</param>
/// <param name="Certificate">The operator's certificate in DER.</param>
public sealed record SignedApproval(ReadOnlyMemory<byte> Approval, ReadOnlyMemory<byte> Signature, ReadOnlyMemory<byte> Certificate)
    : IMessage<SignedApproval>
{
    /// <summary>The largest signed part, in bytes.</summary>
    public const int MaxApprovalBytes = 512;

    /// <summary>A signature's size, in bytes.</summary>
    public const int SignatureSize = 64;

    /// <summary>The largest certificate, in bytes.</summary>
    public const int MaxCertificateBytes = 4096;

    /// <inheritdoc/>
    public static MessageDescriptor Descriptor { get; } = new(
        MessageType.SignedApproval, 3, 5 * 1024, MessageReaders.Consortium, "Who decided what on a study, for how many runs and until when.");

    /// <inheritdoc/>
    public static SignedApproval ReadFields(ref MessagePackReader reader) => new(
        reader.ReadBinary(MaxApprovalBytes).ToArray(),
        reader.ReadBinaryExact(SignatureSize).ToArray(),
        reader.ReadBinary(MaxCertificateBytes).ToArray());

    /// <inheritdoc/>
    public void WriteFields(MessagePackWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteBinary(Approval.Span);
        writer.WriteBinary(Signature.Span);
        writer.WriteBinary(Certificate.Span);
    }
}
