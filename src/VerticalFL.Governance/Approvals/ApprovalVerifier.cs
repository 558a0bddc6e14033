using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Approvals;

/// <summary>
/// Checks signed decisions. Every agent checks everybody's decisions itself; the coordinator's word is not asked.
/// </summary>
public sealed class ApprovalVerifier
{
    // Clocks of honest parties differ by less.
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private readonly ConsortiumRoot _root;
    private readonly Policy? _policy;

    /// <summary>Makes a verifier.</summary>
    /// <param name="root">The consortium's root and revocation list.</param>
    /// <param name="policy">This party's policy, for the operators' pins in it; null where there is none (the coordinator).</param>
    public ApprovalVerifier(ConsortiumRoot root, Policy? policy = null)
    {
        ArgumentNullException.ThrowIfNull(root);
        _root = root;
        _policy = policy;
    }

    /// <summary>
    /// Checks form, certificate (root, use, time, revocation, name), pin, signature, version and times. The certificate must have been valid
    /// when the decision was signed and must be valid now: a decision runs out with it.
    /// </summary>
    /// <param name="signed">The decision as it came.</param>
    /// <param name="at">
    /// Now; null for a run that has begun while the decision was in force: then the clock is not asked, only whether all held when it was signed.
    /// </param>
    public ApprovalVerdict Verify(SignedApproval signed, DateTimeOffset? at)
    {
        ArgumentNullException.ThrowIfNull(signed);
        try
        {
            Approval approval = Approval.Parse(signed.Approval.Span);
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(signed.Certificate.Span);
            string? refusal = Check(signed, approval, certificate, at ?? approval.Time);
            return new ApprovalVerdict(refusal is null ? approval : null, refusal);
        }
        catch (MessageFormatException e)
        {
            return new ApprovalVerdict(null, $"it is malformed ({e.Message.TrimEnd('.')})");
        }
        catch (CryptographicException)
        {
            return new ApprovalVerdict(null, "its certificate or signature is malformed");
        }
    }

    /// <summary>As <see cref="Verify(SignedApproval, DateTimeOffset?)"/>, and the decision must be on this study and of this party.</summary>
    public ApprovalVerdict Verify(SignedApproval signed, StudyId study, PartyId party, DateTimeOffset? at)
    {
        ApprovalVerdict verdict = Verify(signed, at);
        return verdict.Approval switch
        {
            null => verdict,
            { } a when a.Study != study => new ApprovalVerdict(null, "it is a decision on another study"),
            { } a when a.Party != party => new ApprovalVerdict(null, "it is another party's decision"),
            _ => verdict,
        };
    }

    private string? Check(SignedApproval signed, Approval approval, X509Certificate2 certificate, DateTimeOffset at)
    {
        if (_root.CheckOperator(certificate, at, out CertificateIdentity? identity) is { } problem)
        {
            return $"the operator's certificate is refused: {problem}";
        }

        if (identity!.Party != approval.Party || identity.Operator != approval.Operator)
        {
            return $"it names {approval.Operator} of '{approval.Party}' but was signed by {identity.Operator} of '{identity.Party}'";
        }

        if (_root.CheckOperator(certificate, approval.Time, out _) is not null)
        {
            return "the operator's certificate was not valid when it was signed";
        }

        if (_policy?.OperatorPin(approval.Party, approval.Operator) is { } pin && pin != PublicKeyPin.Of(certificate))
        {
            return $"the key of {approval.Operator} of '{approval.Party}' is not the one that this party's policy pins";
        }

        using ECDsa? key = certificate.GetECDsaPublicKey();
        if (key is null || !key.VerifyData(signed.Approval.Span, signed.Signature.Span, HashAlgorithmName.SHA256))
        {
            return "its signature is wrong";
        }

        if (approval.ProtocolVersion != Approval.CurrentProtocolVersion)
        {
            return $"it is for protocol version {approval.ProtocolVersion}, this program speaks version {Approval.CurrentProtocolVersion}";
        }

        if (approval.Time > at + ClockSkew)
        {
            return "it was signed in the future; check this machine's clock";
        }

        return approval.Expires < at ? $"it expired on {approval.Expires.UtcDateTime:yyyy-MM-dd}" : null;
    }
}
