using System.CommandLine;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl audit verify</c></summary>
internal static class AuditVerifyCommand
{
    public static Command Create()
    {
        Argument<string> file = AuditCommand.FileArgument();
        var trust = new Option<string>("--trust")
        {
            Description = "The consortium's root certificate, or the party's service certificate.",
            HelpName = "file",
            Required = true,
        };
        var peers = new Option<string[]>("--peer-log")
        {
            Description = "Audit logs of other parties; the heads they keep of this log show whether it was cut or rewritten.",
            HelpName = "file",
            AllowMultipleArgumentsPerToken = true,
            DefaultValueFactory = _ => [],
        };

        return new Verb(
            "verify",
            "Check an audit log's chain and signatures, and hold it against the heads that peers keep.",
            "vfl audit verify state/audit.jsonl --trust ca.cert.pem --peer-log lab-audit.jsonl")
        {
            file, trust, peers,
        }.Run(context =>
        {
            string path = AuditCommand.Existing(context.Get(file));
            using X509Certificate2 trusted = CertificateFile.Load(context.Get(trust));
            AuditReport report = AuditVerifier.Verify(path, trusted);
            AuditHead[] heads = [.. context.Get(peers).SelectMany(p => AuditVerifier.ReadHeads(AuditCommand.Existing(p), report.Party))];
            if (report.Problem is null && heads.Length > 0)
            {
                report = AuditVerifier.Verify(path, trusted, heads);
            }

            if (report.Problem is not null)
            {
                throw new VerbException(ExitCodes.AuditBroken, $"'{path}' does not verify. {report.Problem}");
            }

            context.Result(
                new { party = report.Party.Value, records = report.Records, lastHash = report.LastHash, peerHeads = report.HeadsMatched, tornBytes = report.TornBytes },
                () => Lines(report));
        });
    }

    private static IEnumerable<string> Lines(AuditReport report)
    {
        yield return $"The audit log of '{report.Party}' verifies: {report.Records} records, the last one {report.LastHash}.";
        yield return report.HeadsMatched > 0
            ? $"{report.HeadsMatched} heads that peers keep stand in it."
            : "No peer's heads were given or found: records cut off at the end would not show (see --peer-log).";
        if (report.TornBytes > 0)
        {
            yield return $"An incomplete record of {report.TornBytes} bytes stands at the end: the log was copied while it was written, or its agent crashed.";
        }
    }
}
