using VerticalFL.Agent.Runs;
using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Data.Schema;
using VerticalFL.Messages;
using VerticalFL.Training.Split;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>What one party must not let out: its table, the features made of it, its outcomes.</summary>
internal sealed class PartySecrets(PartyId party, PartyInput input, IReadOnlyList<int> cohort, RowAssignment rows)
{
    public PartyId Party => party;

    public PartyInput Input => input;

    /// <summary>The party's own row of each cohort row.</summary>
    public IReadOnlyList<int> Cohort => cohort;

    public RowAssignment Rows => rows;

    public IReadOnlyList<string?> Identifiers => input.Table.GetColumn("patient_id").Cells;

    /// <summary>The columns of numbers that become features.</summary>
    public IReadOnlyList<Column> Numbers { get; } =
        [.. input.Selection.Columns.Where(c => c.Kind == ColumnKind.Number).Select(c => input.Table.GetColumn(c.Name))];

    /// <summary>The prepared features in cohort order, as the bottom model gets them.</summary>
    public FeatureMatrix Features { get; } = PreparedFeatures.Fit(input, cohort, rows).Matrix;

    /// <summary>The outcomes by row of the table; null at a feature party.</summary>
    public bool[]? Labels { get; } = input.Outcome is { } outcome
        ? [.. input.Table.GetColumn(outcome.Label).Cells.Select(c => c == outcome.Positive)]
        : null;
}
