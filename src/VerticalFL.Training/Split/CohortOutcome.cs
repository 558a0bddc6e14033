using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Losses;

namespace VerticalFL.Training.Split;

/// <summary>The label party's outcomes in cohort order, in the form that a loss wants. Never leaves the party.</summary>
public sealed class CohortOutcome
{
    private readonly float[] _values;
    private readonly float[] _events;
    private readonly float[] _trainingLabels;

    /// <summary>Prepares outcomes; numbers are standardised on the training rows.</summary>
    /// <param name="targets">The outcomes as read, one per cohort row.</param>
    /// <param name="rows">The row assignment.</param>
    /// <exception cref="ArgumentException">There are not as many outcomes as rows, or all training rows have the same number.</exception>
    public CohortOutcome(Targets targets, RowAssignment rows)
    {
        ArgumentNullException.ThrowIfNull(targets);
        ArgumentNullException.ThrowIfNull(rows);
        if (targets.Values.Length != rows.Count || (targets.Events is { } marks && marks.Length != rows.Count))
        {
            throw new ArgumentException($"There are {targets.Values.Length} outcomes for a cohort of {rows.Count} rows.", nameof(targets));
        }

        Kind = targets.Kind switch
        {
            OutcomeKind.Binary => TaskKind.Binary,
            OutcomeKind.Multiclass => TaskKind.Multiclass,
            OutcomeKind.Regression => TaskKind.Regression,
            OutcomeKind.Survival => TaskKind.Survival,
            _ => throw new ArgumentOutOfRangeException(nameof(targets)),
        };
        Classes = targets.Classes;
        _values = [.. targets.Values];
        _events = targets.Events is { } events ? [.. events.Select(e => e ? 1f : 0f)] : [];
        _trainingLabels = [.. rows.TrainingRows.Select(r => targets.Values[r])];
        if (Kind == TaskKind.Regression)
        {
            Mean = _trainingLabels.Average(v => (double)v);
            Scale = Math.Sqrt(_trainingLabels.Average(v => (v - Mean) * (v - Mean)));
            if (Scale == 0)
            {
                throw new ArgumentException("All training rows have the same outcome; there is nothing to learn.", nameof(targets));
            }

            for (int i = 0; i < _values.Length; i++)
            {
                _values[i] = (float)((_values[i] - Mean) / Scale);
            }
        }
    }

    /// <summary>The kind of outcome.</summary>
    public TaskKind Kind { get; }

    /// <summary>The classes by index; binary: the other one, then the positive one. Empty for numbers and survival.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>Rows.</summary>
    public int Count => _values.Length;

    /// <summary>For numbers: the training rows' mean, in the outcome's unit; otherwise 0.</summary>
    public double Mean { get; }

    /// <summary>For numbers: the training rows' standard deviation; otherwise 1.</summary>
    public double Scale { get; } = 1;

    /// <summary>
    /// How probable it is that an outcome of two classes was reported as the other one: the loss corrects for it. Default: 0, the outcomes are the true ones.
    /// </summary>
    public double ReportedOtherwise { get; init; }

    /// <summary>Makes the loss that the top model trains with.</summary>
    /// <param name="weights">How classes are weighted; counted on training rows.</param>
    public ILoss MakeLoss(ClassWeights weights)
    {
        if (Kind is not (TaskKind.Binary or TaskKind.Multiclass))
        {
            return Loss.For(Kind, Classes.Count);
        }

        float[] of = ClassWeighting.Compute(weights, _trainingLabels, Classes.Count);
        return ReportedOtherwise > 0 ? new ReportedBinaryCrossEntropy(of, ReportedOtherwise) : Loss.For(Kind, Classes.Count, of);
    }

    /// <summary>The outcomes of some rows as the loss wants them.</summary>
    internal BatchTargets Gather(ReadOnlySpan<int> rows)
    {
        var values = new float[rows.Length];
        var events = new float[_events.Length == 0 ? 0 : rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            values[i] = _values[rows[i]];
            if (events.Length > 0)
            {
                events[i] = _events[rows[i]];
            }
        }

        return new BatchTargets(values, events);
    }
}
