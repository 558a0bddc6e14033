using System.Security.Cryptography.X509Certificates;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Audit;

/// <summary>Verifies audit logs offline, as a third party that trusts nothing but a certificate.</summary>
public static class AuditVerifier
{
    /// <summary>
    /// Follows the chain, checks every signature, and holds the log against heads that peers keep: what was cut off, or replaced by the
    /// key's own holder, shows there.
    /// </summary>
    /// <param name="path">The log.</param>
    /// <param name="trusted">
    /// The consortium's root certificate, or the party's service certificate itself; then only records that its key signed verify.
    /// Certificates are checked as of the time of each opening; a later revocation does not undo the past.
    /// </param>
    /// <param name="peerHeads">Heads from peers, of this party or others; others are passed over. Default: none.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static AuditReport Verify(string path, X509Certificate2 trusted, IEnumerable<AuditHead>? peerHeads = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(trusted);
        Func<X509Certificate2, PartyId, DateTimeOffset, string?> checkSigner = SignerRule(trusted);
        var chain = new AuditChain();
        var hashes = new List<ReadOnlyMemory<byte>>();
        string? problem = null;
        X509Certificate2? signer = null;

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        long complete = AuditFile.ReadLines(stream, (number, line) =>
        {
            AuditRecord? record = AuditLine.TryRead(line.Span);
            problem = chain.Add(record);
            if (problem is null && record!.Kind == AuditKind.LogOpened)
            {
                signer?.Dispose();
                signer = chain.LoadCertificate();
                problem = signer is null ? "its certificate cannot be read" : checkSigner(signer, record.Party, record.Time);
            }

            problem ??= AuditHeads.CheckSignature(record!, signer!);
            if (problem is not null)
            {
                problem = $"Line {number}: {problem}.";
                return false;
            }

            hashes.Add(record!.Hash);
            return true;
        });
        signer?.Dispose();

        long torn = problem is null ? stream.Length - complete : 0;
        if (problem is null && hashes.Count == 0)
        {
            problem = "The file holds no audit record.";
        }

        PartyId party = chain.Last?.Party ?? default;
        int matched = 0;
        foreach (AuditHead head in problem is null ? (peerHeads ?? []).Where(h => h.Party == party) : [])
        {
            problem = CheckHead(head, hashes, checkSigner);
            if (problem is not null)
            {
                break;
            }

            matched++;
        }

        return new AuditReport(
            party, hashes.Count, hashes.Count == 0 ? "" : Convert.ToHexStringLower(hashes[^1].Span), matched, torn, problem);
    }

    /// <summary>The heads of one party that another party's log keeps. That log's own chain is not looked at: heads carry signatures of their own.</summary>
    /// <param name="path">The other party's log.</param>
    /// <param name="party">Whose heads.</param>
    /// <exception cref="AuditException">A line is not an audit record.</exception>
    public static IReadOnlyList<AuditHead> ReadHeads(string path, PartyId party)
    {
        var heads = new List<AuditHead>();
        long bad = 0;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        AuditFile.ReadLines(stream, (number, line) =>
        {
            AuditRecord? record = AuditLine.TryRead(line.Span);
            bad = record is null ? number : 0;
            if (record is not null && AuditHeads.TryRead(record) is { } head && head.Party == party)
            {
                heads.Add(head);
            }

            return record is not null;
        });
        return bad == 0 ? heads : throw new AuditException($"Line {bad} of '{path}' is not an audit record.");
    }

    /// <summary>Reads a log's records without verifying anything: to show them.</summary>
    /// <param name="path">The log.</param>
    /// <param name="each">Takes each record.</param>
    /// <exception cref="AuditException">A line is not an audit record.</exception>
    public static void Read(string path, Action<AuditRecord> each)
    {
        ArgumentNullException.ThrowIfNull(each);
        long bad = 0;
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        AuditFile.ReadLines(stream, (number, line) =>
        {
            if (AuditLine.TryRead(line.Span) is not { } record)
            {
                bad = number;
                return false;
            }

            each(record);
            return true;
        });
        if (bad != 0)
        {
            throw new AuditException($"Line {bad} of '{path}' is not an audit record.");
        }
    }

    private static Func<X509Certificate2, PartyId, DateTimeOffset, string?> SignerRule(X509Certificate2 trusted)
    {
        if (trusted.Extensions.OfType<X509BasicConstraintsExtension>().Any(b => b.CertificateAuthority))
        {
            var root = new ConsortiumRoot(trusted);
            return (certificate, party, at) => AuditHeads.CheckSigner(certificate, root, party, at);
        }

        string pin = PublicKeyPin.Of(trusted);
        CertificateIdentity? identity = CertificateIdentity.TryRead(trusted);
        return (certificate, party, _) => identity is { Operator: null } i && i.Party == party && PublicKeyPin.Of(certificate) == pin
            ? null
            : "the signing certificate is not the one that is trusted";
    }

    private static string? CheckHead(
        AuditHead head, List<ReadOnlyMemory<byte>> hashes, Func<X509Certificate2, PartyId, DateTimeOffset, string?> checkSigner)
    {
        DateTimeOffset time = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(head.UnixMilliseconds, 0, 253_402_300_799_999));
        if (AuditHeads.Check(head, certificate => checkSigner(certificate, head.Party, time)) is { } problem)
        {
            return $"A peer's head of record {head.Sequence} proves nothing: {problem}.";
        }

        if (head.Sequence > hashes.Count)
        {
            return $"Records were cut off: a peer keeps the signed head of record {head.Sequence}, the log ends at {hashes.Count}.";
        }

        return head.Sequence >= 1 && head.Hash.Span.SequenceEqual(hashes[(int)(head.Sequence - 1)].Span)
            ? null
            : $"The log was rewritten: record {head.Sequence} is not the one whose signed head a peer keeps.";
    }
}
