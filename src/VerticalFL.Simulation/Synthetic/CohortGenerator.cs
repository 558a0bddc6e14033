using System.Globalization;
using System.Text;
using VerticalFL.Data.Preprocessing;

namespace VerticalFL.Simulation.Synthetic;

/// <summary>
/// Makes up a consortium's patients. Each patient and each row has a generator of its own, so a row can be written in any order and no table
/// is held in memory.
/// </summary>
internal sealed class CohortGenerator
{
    // Streams of the generator; a number is never given to a second use.
    private const int Signals = 1;
    private const int Outcomes = 2;
    private const int Orders = 3;
    private const int Splits = 4;
    private const int FirstParty = 16;

    private readonly CohortShape _shape;
    private readonly int _seed;
    private readonly byte[] _knownBy;
    private readonly bool[] _trains;

    public CohortGenerator(CohortShape shape, int seed)
    {
        _shape = shape;
        _seed = seed;
        _knownBy = [.. shape.Known.SelectMany((count, parties) => Enumerable.Repeat((byte)parties, count))];
        _trains = new bool[_knownBy.Length];
        int[] common = [.. Patients(7)];
        var splits = SplitMix64.For(seed, Splits);
        splits.Shuffle(common);
        foreach (int patient in common.AsSpan(0, shape.Train))
        {
            _trains[patient] = true;
        }
    }

    /// <summary>How many rows a party has.</summary>
    public int Rows(int party) => _knownBy.Count(k => (k & (1 << party)) != 0);

    /// <summary>Writes a party's rows in an order of its own.</summary>
    public async Task WriteAsync(int party, TextWriter writer, CancellationToken cancellationToken)
    {
        SyntheticColumn[] columns = [.. _shape.Columns.Where(c => c.Party == party)];
        bool survival = _shape.Outcome == OutcomeKind.Survival;
        string outcome = party != 0 ? "" : survival ? ",time,event,split" : ",label,split";
        await writer.WriteAsync($"patient_id{outcome},{string.Join(',', columns.Select(c => c.Name))}\n").ConfigureAwait(false);

        int[] patients = [.. Enumerable.Range(0, _knownBy.Length).Where(p => (_knownBy[p] & (1 << party)) != 0)];
        var orders = SplitMix64.For(_seed, Orders, party);
        orders.Shuffle(patients);
        var line = new StringBuilder();
        foreach (int patient in patients)
        {
            cancellationToken.ThrowIfCancellationRequested();
            double[] signals = PatientSignals(patient, out string label);
            line.Clear().Append(Identifier(patient));
            if (party == 0)
            {
                line.Append(',').Append(label).Append(',').Append(Split(patient));
            }

            AppendCells(line, party, patient, columns, signals);
            await writer.WriteAsync(line.Append('\n'), cancellationToken).ConfigureAwait(false);
        }
    }

    private IEnumerable<int> Patients(int knownBy) => Enumerable.Range(0, _knownBy.Length).Where(p => _knownBy[p] == knownBy);

    // 7,654,321 and 10,000,000 have no common factor, so no two patients share a number and neighbours look unrelated.
    private string Identifier(int patient) =>
        string.Create(CultureInfo.InvariantCulture, $"P{(((long)patient * 7_654_321) + ((long)_seed * 1_234_577) + 13) % 10_000_000:0000000}");

    private string Split(int patient)
    {
        if (_knownBy[patient] == 7)
        {
            return _trains[patient] ? "train" : "test";
        }

        double share = _shape.Train / (double)_shape.Intersection;
        return _shape.OtherSplit ?? (SplitMix64.For(_seed, Splits, patient).NextUniform() < share ? "train" : "test");
    }

    private double[] PatientSignals(int patient, out string label)
    {
        var random = SplitMix64.For(_seed, Signals, patient);
        double[] signals = new double[_shape.Weights.Length];
        double sum = 0;
        for (int i = 0; i < signals.Length; i++)
        {
            signals[i] = random.NextNormal();
            sum += _shape.Weights[i] * signals[i];
        }

        var outcome = SplitMix64.For(_seed, Outcomes, patient);
        switch (_shape.Outcome)
        {
            case OutcomeKind.Binary:
                label = outcome.NextUniform() < 1 / (1 + Math.Exp(-_shape.Base - sum)) ? "1" : "0";
                break;
            case OutcomeKind.Multiclass:
                int shifted = outcome.NextBelow(signals.Length);
                signals[shifted] += _shape.Weights[shifted];
                label = shifted.ToString(CultureInfo.InvariantCulture);
                break;
            default:
                // Exponential times: the event's with the patient's hazard, the end of follow-up up to twice the median.
                double time = -Math.Log(1 - outcome.NextUniform()) * _shape.Base / Math.Log(2) * Math.Exp(-sum);
                double followed = (0.2 + (outcome.NextUniform() * 1.8)) * _shape.Base * 1.4;
                label = string.Create(
                    CultureInfo.InvariantCulture, $"{Math.Max(0.1, Math.Min(time, followed)):0.####},{(time <= followed ? 1 : 0)}");
                break;
        }

        return signals;
    }

    private void AppendCells(StringBuilder line, int party, int patient, SyntheticColumn[] columns, double[] signals)
    {
        var random = SplitMix64.For(_seed, FirstParty + party, patient);

        // Some patients are measured less than others: gaps come in clusters, at the column's share on average.
        double gaps = random.NextUniform() * 2;
        foreach (SyntheticColumn column in columns)
        {
            double value = (column.Loading * signals[column.Signal])
                + (Math.Sqrt(1 - (column.Loading * column.Loading)) * random.NextNormal());
            double likely = column.Missing > 0.5 ? 1 - ((1 - column.Missing) * (2 - gaps)) : column.Missing * gaps;
            bool missing = random.NextUniform() < likely;
            line.Append(',').Append(missing ? "" : column.Levels.Length > 0 ? Level(column, value) : Number(column, value));
        }
    }

    private static string Number(SyntheticColumn column, double value)
    {
        double scaled = column.Skewed ? column.Center * Math.Exp(column.Spread * value) : column.Center + (column.Spread * value);
        double rounded = Math.Round(Math.Clamp(scaled, column.Least, column.Most), column.Decimals, MidpointRounding.ToEven);

        // Adding zero turns minus zero into zero.
        return (rounded + 0.0).ToString("0.########", CultureInfo.InvariantCulture);
    }

    private static string Level(SyntheticColumn column, double value)
    {
        // The logistic curve with 1.702 is within 0.01 of the normal distribution function.
        double rank = 1 / (1 + Math.Exp(-1.702 * value));
        int level = 0;
        for (double share = column.Shares[0]; level < column.Levels.Length - 1 && rank >= share; share += column.Shares[level])
        {
            level++;
        }

        return column.Levels[level];
    }
}
