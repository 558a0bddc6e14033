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

    /// <summary>The rows that decide when to stop, ascending; empty without early stopping.</summary>
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
    /// <exception cref="InvalidOperationException">No row is left to train, test or (with early stopping) validate.</exception>
    public static RowAssignment Build(Study study, int rows, SplitAssignment? declared)
    {
        ArgumentNullException.ThrowIfNull(study);
        ArgumentOutOfRangeException.ThrowIfLessThan(rows, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(rows, RowAssignmentMessage.MaxRows);
        var parts = new byte[rows];
        if (declared is null)
        {
            Array.Fill(parts, (byte)RowPart.Training);
            Draw(PublicOrder.Test, study.Seed, [.. Enumerable.Range(0, rows)], study.Task.TestFraction, RowPart.Test, parts);
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

        double validation = study.Training.EarlyStopping.Validation;
        int[] training = [.. Enumerable.Range(0, rows).Where(i => parts[i] == (byte)RowPart.Training)];
        Draw(PublicOrder.Validation, study.Seed, training, validation, RowPart.Validation, parts);
        var assignment = new RowAssignment(parts);
        string? missing = Missing(assignment, study);
        return missing is null
            ? assignment
            : throw new InvalidOperationException(
                $"No {missing} row is among the {rows} common patients; check the split column, the test fraction and the validation share.");
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
    /// <exception cref="PeerProtocolException">The length differs, a value is unknown, or a part is empty.</exception>
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
        string? missing = Missing(assignment, study);
        return missing is null
            ? assignment
            : throw new PeerProtocolException(labelParty.Peer, Step, $"it assigns no {missing} row.");
    }

    private static RowPart PartOf(RowUse use) => use switch
    {
        RowUse.Train => RowPart.Training,
        RowUse.Test => RowPart.Test,
        _ => RowPart.Unused,
    };

    private static void Draw(string purpose, int seed, int[] rows, double share, RowPart part, byte[] parts)
    {
        int count = (int)Math.Round(share * rows.Length, MidpointRounding.ToEven);
        PublicOrder.Shuffle(purpose, seed, 0, rows);
        foreach (int row in rows.AsSpan(0, count))
        {
            parts[row] = (byte)part;
        }
    }

    private static string? Missing(RowAssignment a, Study study) =>
        a.TrainingRows.Count == 0 ? "training"
        : a.TestRows.Count == 0 ? "test"
        : a.ValidationRows.Count == 0 && study.Training.EarlyStopping.Validation > 0 ? "validation"
        : null;

    private int[] RowsOf(RowPart part) => [.. Enumerable.Range(0, _parts.Length).Where(i => _parts[i] == (byte)part)];
}
