using System.Security.Cryptography;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Messages.Training;
using VerticalFL.Transport;

namespace VerticalFL.Training.Split;

/// <summary>
/// Which cohort rows train, validate, test or are left out. The label party builds it, without looking at outcomes, and sends it to every
/// feature party before anybody fits statistics.
/// </summary>
public sealed class RowAssignment
{
    /// <summary>The fewest rows of a fold: on fewer a figure would be chance, and close to telling of single patients.</summary>
    public const int SmallestFold = 10;

    private readonly byte[] _parts;

    private RowAssignment(byte[] parts)
    {
        _parts = parts;
        TrainingRows = RowsOf(RowPart.Training);
        ValidationRows = RowsOf(RowPart.Validation);
        TestRows = RowsOf(RowPart.Test);
        UnusedCount = parts.Length - TrainingRows.Count - ValidationRows.Count - TestRows.Count;
        Hash = SHA256.HashData(parts);
    }

    /// <summary>Rows of the cohort.</summary>
    public int Count => _parts.Length;

    /// <summary>The rows that train, ascending. Statistics are fitted on these only.</summary>
    public IReadOnlyList<int> TrainingRows { get; }

    /// <summary>The rows that decide when to stop, ascending; empty without early stopping, and where a model's members hold out training rows of their own.</summary>
    public IReadOnlyList<int> ValidationRows { get; }

    /// <summary>The rows that test, ascending.</summary>
    public IReadOnlyList<int> TestRows { get; }

    /// <summary>How many rows are aligned but not used.</summary>
    public int UnusedCount { get; }

    /// <summary>SHA-256 over one byte a row.</summary>
    public ReadOnlyMemory<byte> Hash { get; }

    /// <summary>What one row is used for.</summary>
    public RowPart this[int row] => (RowPart)_parts[row];

    /// <summary>Builds the assignment at the label party.</summary>
    /// <param name="study">Its seed, test fraction and validation share.</param>
    /// <param name="rows">Rows of the cohort.</param>
    /// <param name="declared">
    /// The split column as read, in cohort order, or null when there is none: then <see cref="TaskSettings.TestFraction"/> of the rows test, drawn by
    /// the seed.
    /// </param>
    /// <exception cref="InvalidOperationException">No row is left to train, test or (with early stopping) validate, or there are too few for the study's folds.</exception>
    public static RowAssignment Build(Study study, int rows, SplitAssignment? declared)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, RowAssignmentMessage.MaxRows);
        var parts = new byte[rows];
        if (declared is null)
        {
            Array.Fill(parts, (byte)RowPart.Training);
            Draw(PublicOrder.Test, study.Seed, 0, [.. Enumerable.Range(0, rows)], study.Task.TestFraction, RowPart.Test, parts);
        }
        else
        {
            if (declared.Uses.Count != rows)
            {
                throw new ArgumentException($"The split column has {declared.Uses.Count} values for {rows} rows.", nameof(declared));
            }

            for (int i = 0; i < rows; i++)
            {
                parts[i] = (byte)PartOf(declared.Uses[i]);
            }
        }

        int[] training = [.. Enumerable.Range(0, rows).Where(i => parts[i] == (byte)RowPart.Training)];
        Draw(PublicOrder.Validation, study.Seed, 0, training, ValidationShare(study), RowPart.Validation, parts);
        var assignment = new RowAssignment(parts);
        if (Missing(assignment, study) is { } missing)
        {
            throw new InvalidOperationException(
                $"No {missing} row is among the {rows} common patients; check the split column, the test fraction and the validation share.");
        }

        return FoldsProblem(assignment, study) is { } problem ? throw new InvalidOperationException($"{problem}; lower evaluation.folds or remove it.") : assignment;
    }

    /// <summary>
    /// One fold of a cross-validation, which every party derives alike: of the training and validation rows those that are dealt to the fold test; of the
    /// others the study's share validates, the rest trains. What tests or is left out here is left out there.
    /// </summary>
    /// <param name="study">The study, with its folds.</param>
    /// <param name="fold">The fold, from 0.</param>
    public RowAssignment Fold(Study study, int fold)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentOutOfRangeException.ThrowIfNegative(fold);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(fold, study.FoldCount);
        int[] dealt = [.. TrainingRows.Concat(ValidationRows).Order()];
        int[] others = [.. dealt];
        PublicOrder.Shuffle(PublicOrder.Folds, study.Seed, 0, dealt);
        var parts = new byte[Count];
        foreach (int row in others)
        {
            parts[row] = (byte)RowPart.Training;
        }

        foreach (int row in dealt[FoldStart(dealt.Length, fold, study.FoldCount)..FoldStart(dealt.Length, fold + 1, study.FoldCount)])
        {
            parts[row] = (byte)RowPart.Test;
        }

        others = [.. others.Where(r => parts[r] == (byte)RowPart.Training)];
        Draw(PublicOrder.Validation, study.Seed, fold + 1, others, ValidationShare(study), RowPart.Validation, parts);
        return new RowAssignment(parts);
    }

    /// <summary>The assignment of a second training, in which validation rows train too (<see cref="EarlyStoppingSettings.Refit"/>).</summary>
    public RowAssignment ForRefit() => new([.. _parts.Select(p => p == (byte)RowPart.Validation ? (byte)RowPart.Training : p)]);

    /// <summary>The rows that the study's own models are trained on, ascending: with <see cref="EarlyStoppingSettings.Refit"/> the validation rows too.</summary>
    public IReadOnlyList<int> EverTrained(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return study.Training.EarlyStopping.Refit ? ForRefit().TrainingRows : TrainingRows;
    }

    /// <summary>How many training rows each member of the study's model holds out; 0 where <see cref="Study.MembersHoldOut"/> is not so.</summary>
    public int HeldOutByEach(Study study)
    {
        ArgumentNullException.ThrowIfNull(study);
        return study.MembersHoldOut ? Share(study.Training.EarlyStopping.Validation, TrainingRows.Count) : 0;
    }

    /// <summary>Sends the assignment to a feature party.</summary>
    public ValueTask SendAsync(Channel featureParty, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(featureParty);
        return featureParty.SendAsync(new RowAssignmentMessage { Parts = _parts }, cancellationToken);
    }

    /// <summary>Receives the assignment at a feature party and checks it against what this party knows.</summary>
    /// <param name="study">The study; with early stopping there must be validation rows.</param>
    /// <param name="rows">Rows of the cohort as this party aligned it.</param>
    /// <param name="labelParty">The channel to the label party.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <exception cref="PeerProtocolException">The length differs, a value is unknown, a part is empty, or there are too few rows for the study's folds.</exception>
    public static async Task<RowAssignment> ReceiveAsync(Study study, int rows, Channel labelParty, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentNullException.ThrowIfNull(labelParty);
        const string Step = "training: row assignment";
        RowAssignmentMessage message = await labelParty.ReceiveAsync<RowAssignmentMessage>(cancellationToken);
        byte[] parts = message.Parts.ToArray();
        if (parts.Length != rows)
        {
            throw new PeerProtocolException(labelParty.Peer, Step, $"it assigns {parts.Length} rows, the cohort has {rows}.");
        }

        if (parts.AsSpan().ContainsAnyExceptInRange((byte)RowPart.Unused, (byte)RowPart.Test))
        {
            throw new PeerProtocolException(labelParty.Peer, Step, "a row has an unknown part.");
        }

        var assignment = new RowAssignment(parts);
        string? problem = Missing(assignment, study) is { } missing ? $"it assigns no {missing} row."
            : study.MembersHoldOut && assignment.ValidationRows.Count > 0 ? "it assigns validation rows, where every member of the model holds out its own training rows."
            : FoldsProblem(assignment, study) is { } folds ? folds + "."
            : null;
        return problem is null ? assignment : throw new PeerProtocolException(labelParty.Peer, Step, problem);
    }

    private static RowPart PartOf(RowUse use) => use switch
    {
        RowUse.Train => RowPart.Training,
        RowUse.Test => RowPart.Test,
        _ => RowPart.Unused,
    };

    private static void Draw(string purpose, int seed, int number, int[] rows, double share, RowPart part, byte[] parts)
    {
        int count = Share(share, rows.Length);
        PublicOrder.Shuffle(purpose, seed, number, rows);
        foreach (int row in rows.AsSpan(0, count))
        {
            parts[row] = (byte)part;
        }
    }

    private static double ValidationShare(Study study) => study.MembersHoldOut ? 0 : study.Training.EarlyStopping.Validation;

    private static int Share(double share, int rows) => (int)Math.Round(share * rows, MidpointRounding.ToEven);

    private static int FoldStart(int rows, int fold, int folds) => (int)((long)rows * fold / folds);

    /// <summary>Why the rows cannot be dealt into the study's folds; null when they can. By numbers alone: all folds are within one row of each other.</summary>
    private static string? FoldsProblem(RowAssignment a, Study study)
    {
        if (study.FoldCount == 0)
        {
            return null;
        }

        int rows = a.TrainingRows.Count + a.ValidationRows.Count;
        int others = rows - ((rows + study.FoldCount - 1) / study.FoldCount);
        double share = study.Training.EarlyStopping.Validation;
        int validation = Share(share, others);
        return rows / study.FoldCount < SmallestFold ? $"{study.FoldCount} folds of {rows} training and validation rows have fewer than {SmallestFold} each"
            : validation == 0 && share > 0 ? $"{study.FoldCount} folds of {rows} training and validation rows leave none to validate"
            : validation == others ? $"{study.FoldCount} folds of {rows} training and validation rows leave none to train"
            : null;
    }

    private static string? Missing(RowAssignment a, Study study) =>
        a.TrainingRows.Count == 0 ? "training"
        : a.TestRows.Count == 0 ? "test"
        : study.MembersHoldOut ? (a.HeldOutByEach(study) == 0 ? "validation" : a.HeldOutByEach(study) == a.TrainingRows.Count ? "training" : null)
        : a.ValidationRows.Count == 0 && study.Training.EarlyStopping.Validation > 0 ? "validation"
        : null;

    private int[] RowsOf(RowPart part) => [.. Enumerable.Range(0, _parts.Length).Where(i => _parts[i] == (byte)part)];
}
