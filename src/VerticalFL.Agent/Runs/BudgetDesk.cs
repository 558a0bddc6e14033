using System.Globalization;
using VerticalFL.Agent.Reports;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Data;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Privacy;

namespace VerticalFL.Agent.Runs;

/// <summary>Charges patients before anything is told of them, and shows the peers that it was done, so that an older copy of the ledger is found out.</summary>
internal sealed class BudgetDesk(PrivacyLedger ledger, PeerLedgers peers, PrivacyBudget budget, AuditLog audit, PartyId self)
{
    private readonly LedgerExchange _shown = new(self, peers, "privacy ledger", PrivacyLedger.FileName);

    /// <summary>Charges the patients of some rows; durable when it returns.</summary>
    /// <param name="run">The run.</param>
    /// <param name="table">The party's table.</param>
    /// <param name="rows">The table's rows whose patients are told of.</param>
    /// <param name="subject">What is told of them.</param>
    /// <param name="answers">What each row's answer is drawn from, as many as rows; another one is charged anew.</param>
    /// <param name="amount">How much that is.</param>
    /// <exception cref="PolicyRefusedException">Somebody would be told of more than the budget allows; nobody is charged.</exception>
    /// <exception cref="DataException">The rows do not name one patient each.</exception>
    public LedgerReport Reserve(ActiveRun run, Table table, IReadOnlyList<int> rows, byte[] subject, IReadOnlyList<byte[]> answers, PrivacySpending amount)
    {
        if (rows.Count == 0)
        {
            return new LedgerReport(0, 0, budget.Epsilon);
        }

        LedgerReservation done = ledger.Reserve(
            run.Document.Id, run.Id, subject, amount, PatientsOf(table, rows, answers), s => budget.Epsilon is not { } most || EpsilonOf(s) <= most);
        if (done.Refused > 0)
        {
            throw new PolicyRefusedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The privacy budget of '{self}' ends the run before anything is told: {done.Refused} of its {rows.Count} patient(s) would have spent up to an epsilon of {EpsilonOf(done.Largest):0.###} over all studies, and the policy's privacyBudget allows {budget.Epsilon:0.###}."));
        }

        if (done.Charged > 0)
        {
            LedgerHead head = ledger.Head;
            audit.Append(AuditKind.PrivacyReserved, run.Document.Id, run.Id, run.Attempt, new()
            {
                ["patients"] = done.Charged.ToString(CultureInfo.InvariantCulture),
                ["epsilon"] = amount.Epsilon.ToString("R", CultureInfo.InvariantCulture),
                ["rho"] = amount.Rho.ToString("R", CultureInfo.InvariantCulture),
                ["sequence"] = head.Sequence.ToString(CultureInfo.InvariantCulture),
                ["hash"] = Convert.ToBase64String(head.Hash.Span),
            });
        }

        return new LedgerReport(done.Charged, EpsilonOf(done.Largest), budget.Epsilon);
    }

    /// <summary>
    /// Shows the ledger's head to every peer, if this party charges, and keeps those of the peers that do; returns when all peers have this one on disk.
    /// </summary>
    /// <param name="channels">The channels to all peers.</param>
    /// <param name="charging">The parties that charge in this run, public by its study.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="StorageException">A peer keeps a later head, or another one: the ledger here is an older copy.</exception>
    public Task ShowAsync(RunChannels channels, IReadOnlyCollection<PartyId> charging, CancellationToken cancellationToken) =>
        _shown.RunAsync(channels, charging, ledger.Head, ledger.Continues, cancellationToken);

    /// <summary>How far the ledger reaches.</summary>
    public LedgerStatus Status() => new(ledger.Patients, ledger.Largest(EpsilonOf), budget.Epsilon);

    private double EpsilonOf(PrivacySpending spent) => spent.Epsilon + new PrivacyLoss(spent.Rho).Epsilon(budget.Delta);

    /// <summary>The rows' patients as the ledger knows them: by one column of the party's own, whatever a study aligns by.</summary>
    private IEnumerable<LedgerPatient> PatientsOf(Table table, IReadOnlyList<int> rows, IReadOnlyList<byte[]> answers)
    {
        if (!table.TryGetColumn(budget.Patient, out Column? column))
        {
            throw new DataException(
                $"{table.Source} has no column '{budget.Patient}', by which the privacy ledger knows patients in all studies: name the column that holds a patient's own number in the policy's privacyBudget.patient.");
        }

        string?[] cells = [.. rows.Select(r => column.Cells[r])];
        ItemSet items = ItemSet.Build(default, [new IdentifierColumn(budget.Patient, IdentifierKind.Text)], [cells]);
        if (items.Count < rows.Count)
        {
            int row = items.BlankRows.Count > 0 ? items.BlankRows[0] : items.Duplicates[0].Rows[0];
            throw new DataException(
                table.Source, table.LineOf(rows[row]), budget.Patient,
                "the privacy ledger needs one patient in each row, and here is none, or one of another row: mend the column, or name another one in the policy's privacyBudget.patient.");
        }

        return Enumerable.Range(0, items.Count).Select(i => new LedgerPatient(items.Items.Slice(i * ItemSet.ItemSize, ItemSet.ItemSize), answers[items.Rows[i]]));
    }
}
