using VerticalFL.Governance.Policies;
using VerticalFL.Messages;

namespace VerticalFL.Agent.Runs;

/// <summary>A run met a limit of this party's policy that only the data could show.</summary>
internal sealed class PolicyRefusedException(string message) : Exception(message)
{
    /// <summary>Goes on unless one of the findings refuses.</summary>
    /// <param name="findings">What the policy says.</param>
    /// <param name="self">The party whose policy it is.</param>
    /// <param name="what">What would end: <c>run</c> or <c>prediction</c>.</param>
    /// <exception cref="PolicyRefusedException">One does.</exception>
    public static void ThrowIfRefused(IReadOnlyList<PolicyFinding> findings, PartyId self, string what)
    {
        if (findings.FirstOrDefault(f => f.Refuses) is { } finding)
        {
            throw new PolicyRefusedException($"The policy of '{self}' ends the {what}: {finding.Text}");
        }
    }
}
