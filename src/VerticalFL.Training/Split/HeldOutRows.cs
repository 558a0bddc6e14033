using VerticalFL.Messages.Studies;
using VerticalFL.Training.Losses;

namespace VerticalFL.Training.Split;

/// <summary>
/// Which training rows each member of a model does not learn from, drawn by the study's public seed, and what the members say of them: when to stop, and how good
/// the predictions of patients are that a member has not learned from (out-of-bag; Breiman 1996, "Out-of-bag estimation").
/// </summary>
internal sealed class HeldOutRows
{
    private readonly int[] _rows;
    private readonly ushort[] _members;
    private readonly int _count;

    private HeldOutRows(int[] rows, ushort[] members, int count) => (_rows, _members, _count) = (rows, members, count);

    /// <summary>What the members of the study's model hold out; null where there are none, or no early stopping.</summary>
    /// <exception cref="ArgumentException">The assignment has validation rows too.</exception>
    public static HeldOutRows? Of(Study study, RowAssignment rows)
    {
        if (!study.MembersHoldOut)
        {
            return null;
        }

        if (rows.ValidationRows.Count > 0)
        {
            throw new ArgumentException("Members hold out training rows of their own; no row validates for all of them.", nameof(rows));
        }

        var members = new ushort[rows.Count];
        for (int member = 0; member < study.Model.Members; member++)
        {
            int[] drawn = [.. rows.TrainingRows];
            PublicOrder.Shuffle(PublicOrder.HeldOut, study.Seed, member, drawn);
            foreach (int row in drawn.AsSpan(0, rows.HeldOutByEach(study)))
            {
                members[row] |= (ushort)(1 << member);
            }
        }

        return new HeldOutRows([.. rows.TrainingRows], members, study.Model.Members);
    }

    /// <summary>For each of some cohort rows the members that hold it out: bit m for member m.</summary>
    public ushort[] Of(ReadOnlySpan<int> rows)
    {
        var members = new ushort[rows.Length];
        for (int i = 0; i < rows.Length; i++)
        {
            members[i] = _members[rows[i]];
        }

        return members;
    }

    /// <summary>The mean over the members of each one's loss on the rows that it holds out.</summary>
    /// <param name="loss">The loss.</param>
    /// <param name="outcome">The outcomes.</param>
    /// <param name="each">The members' outputs on the training rows, ascending: rows x members x the loss's outputs.</param>
    public double Loss(ILoss loss, CohortOutcome outcome, ReadOnlySpan<float> each)
    {
        double sum = 0;
        for (int member = 0; member < _count; member++)
        {
            var rows = new List<int>();
            var outputs = new List<float>();
            for (int i = 0; i < _rows.Length; i++)
            {
                if (Holds(member, _rows[i]))
                {
                    rows.Add(_rows[i]);
                    outputs.AddRange(each.Slice(((i * _count) + member) * loss.Outputs, loss.Outputs));
                }
            }

            sum += loss.Evaluate(outputs.ToArray(), outcome.Gather(rows.ToArray()), []);
        }

        return sum / _count;
    }

    /// <summary>The mean outputs of the members that hold a row out, in double, in their order, for every row that any of them does.</summary>
    /// <param name="width">Outputs of one member.</param>
    /// <param name="each">The members' outputs on the training rows, ascending: rows x members x width.</param>
    public PartPredictions OutOfBag(int width, ReadOnlySpan<float> each)
    {
        var rows = new List<int>();
        var outputs = new List<float>();
        for (int i = 0; i < _rows.Length; i++)
        {
            int holding = int.PopCount(_members[_rows[i]]);
            if (holding == 0)
            {
                continue;
            }

            rows.Add(_rows[i]);
            for (int column = 0; column < width; column++)
            {
                double sum = 0;
                for (int member = 0; member < _count; member++)
                {
                    sum += Holds(member, _rows[i]) ? each[(((i * _count) + member) * width) + column] : 0;
                }

                outputs.Add((float)(sum / holding));
            }
        }

        return new PartPredictions(RowPart.Validation, [.. rows], [.. outputs]);
    }

    private bool Holds(int member, int row) => (_members[row] >> member & 1) == 1;
}
