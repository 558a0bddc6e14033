using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Storage;

namespace VerticalFL.Agent;

/// <summary>Audits a policy that is another than at the agent's last start: by its hash, since the policy itself is the party's own affair.</summary>
internal static class PolicyRecord
{
    private const string FileName = "policy.sha256";

    public static void Note(AgentOptions options, AuditLog audit)
    {
        byte[] policy = options.Policy is { } written ? JsonSerializer.SerializeToUtf8Bytes(written) : "default"u8.ToArray();
        string hash = Convert.ToHexStringLower(SHA256.HashData(policy));
        string path = Path.Combine(options.StateDirectory, FileName);
        if (File.Exists(path) && File.ReadAllText(path) == hash)
        {
            return;
        }

        // Audited first: a crash between the two audits the change twice, never not at all.
        audit.Append(AuditKind.PolicyChanged, details: new() { ["sha256"] = hash });
        AtomicFile.Write(path, Encoding.ASCII.GetBytes(hash));
    }
}
