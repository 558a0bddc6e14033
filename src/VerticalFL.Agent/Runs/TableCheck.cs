using VerticalFL.Data;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// Holds a party's table and policy against a study before any service is started, by the same code that the agent runs. What only the
/// alignment can show, such as the outcomes of the common patients, is not judged here.
/// </summary>
public static class TableCheck
{
    /// <summary>Reads the table and judges it.</summary>
    /// <param name="path">The party's CSV file.</param>
    /// <param name="policy">The party's policy.</param>
    /// <param name="document">The study.</param>
    /// <param name="self">The party.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <returns>What the party's policy refuses; null when it refuses nothing.</returns>
    /// <exception cref="DataException">The table cannot be used; the message says where and how to mend it.</exception>
    public static async Task<PolicyFinding?> RunAsync(
        string path, Policy policy, StudyDocument document, PartyId self, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (PolicyCheck.Evaluate(policy, document.Study, self).FirstOrDefault(f => f.Refuses) is { } finding)
        {
            return finding;
        }

        PartyInput input = await PartyInput.ReadAsync(path, document, self, cancellationToken);
        return PolicyCheck.Columns(policy, input.Selection.Columns.Select(c => c.Name)).FirstOrDefault(f => f.Refuses);
    }
}
