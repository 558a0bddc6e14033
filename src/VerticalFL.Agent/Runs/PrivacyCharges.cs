using System.Security.Cryptography;
using System.Text;
using VerticalFL.Agent.Reports;
using VerticalFL.Governance.Ledger;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Privacy;
using VerticalFL.Training.Split;

namespace VerticalFL.Agent.Runs;

/// <summary>What a run with differential privacy charges this party's patients: all of it before anything leaves, and what is drawn a second time besides.</summary>
internal sealed class PrivacyCharges
{
    private readonly BudgetDesk _budgets;
    private readonly PartySession _session;
    private readonly PrivacyPlan _plan;
    private readonly int[] _training;
    private readonly int[] _test;

    /// <exception cref="PolicyRefusedException">The study's delta is too large for the cohort.</exception>
    public PrivacyCharges(BudgetDesk budgets, PartySession session, RowAssignment rows)
    {
        (_budgets, _session) = (budgets, session);
        _plan = PlanOf(Study, session.Training.Self, session.Aligned.Rows.Count)!;
        _training = [.. rows.TrainingRows.Select(r => session.Aligned.Rows[r])];

        // The label party's rows of the test part never leave it.
        _test = Study.LabelParty == session.Training.Self ? [] : [.. rows.TestRows.Select(r => session.Aligned.Rows[r])];
    }

    private Study Study => _session.Run.Document.Study;

    /// <summary>The plan of a study with differential privacy; null for others.</summary>
    /// <exception cref="PolicyRefusedException">Epsilon cannot be kept by any noise, or delta is too large for so many patients.</exception>
    public static PrivacyPlan? PlanOf(Study study, PartyId self, int patients = 1)
    {
        try
        {
            return study.Privacy.DifferentialPrivacy is { } privacy ? PrivacyPlan.Of(privacy, study.Training.Epochs, patients) : null;
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException)
        {
            throw new PolicyRefusedException($"The study's differential privacy cannot be kept at '{self}': {e.Message}");
        }
    }

    /// <summary>Charges every patient for the whole run.</summary>
    /// <exception cref="PolicyRefusedException">Somebody's budget does not allow it.</exception>
    public LedgerReport Reserve()
    {
        PrivacyLoss trained = Study.LabelParty == _session.Training.Self ? _plan.LabelTraining : _plan.FeatureTraining;
        LedgerReport training = Charge("training", _training, trained);
        LedgerReport test = Charge("test", _test, _plan.Row);
        return new LedgerReport(
            training.PatientsCharged + test.PatientsCharged, Math.Max(training.LargestEpsilon, test.LargestEpsilon), training.Budget);
    }

    /// <summary>Charges every patient for one draw more than was planned.</summary>
    public void Again(string place, ReadOnlySpan<byte> tag, PrivacyLoss loss) =>
        Charge($"again/{place}/{Convert.ToHexStringLower(tag)}", [.. _training, .. _test], loss);

    private LedgerReport Charge(string what, int[] rows, PrivacyLoss loss) => _budgets.Reserve(
        _session.Run, _session.Input.Table, rows, SHA256.HashData([.. _session.Run.Id.ToBytes(), .. Encoding.UTF8.GetBytes(what)]),
        [.. rows.Select(_ => Array.Empty<byte>())], new PrivacySpending(0, loss.Rho));
}
