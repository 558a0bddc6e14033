using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Storage;

namespace VerticalFL.Agent;

/// <summary>
/// Audits a policy, or an engine of the party's own, that is another than at the agent's last start: by hashes, since both are the party's own affair.
/// </summary>
internal static class PolicyRecord
{
    private const string FileName = "policy.sha256";

    public static void Note(AgentOptions options, AuditLog audit)
    {
        byte[] policy = options.Policy is { } written ? JsonSerializer.SerializeToUtf8Bytes(written) : "default"u8.ToArray();
        string hash = Convert.ToHexStringLower(SHA256.HashData(policy));
        string? engine = options.Engine.Sha256?.ToLowerInvariant();
        string state = engine is null ? hash : $"{hash} {engine}";
        string path = Path.Combine(options.StateDirectory, FileName);
        if (File.Exists(path) && File.ReadAllText(path) == state)
        {
            return;
        }

        var details = new Dictionary<string, string> { ["sha256"] = hash };
        if (engine is not null)
        {
            details["engine"] = engine;
        }

        // Audited first: a crash between the two audits the change twice, never not at all.
        audit.Append(AuditKind.PolicyChanged, details: details);
        AtomicFile.Write(path, Encoding.ASCII.GetBytes(state));
    }
}
