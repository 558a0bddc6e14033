// Model completion with unlabelled patients: a feature party goes on training its own trained bottom under a head of its own.
// What:        the head begins as a ridge regression on the known rows' outputs; then bottom and head learn together from the known rows and, by MixMatch, from rows whose
//              outcome is not known: their guessed outcome is the mean over the row as it is and a corrupted copy, sharpened; known and guessed rows are mixed pairwise at the
//              cut. Beside it the same from known rows alone; either with and without the rows' mean gradients beside the bottom's outputs.
// Reference:   Fu et al. 2022, "Label Inference Attacks Against Vertical Federated Learning" (USENIX Security), section 5.1; Berthelot et al. 2019, "MixMatch", algorithm 1.
//              For tables: copies are corrupted by values of other patients (Bahri et al. 2022, "SCARF"), mixing is of the cut's outputs (Verma et al. 2019, "Manifold Mixup").
// Parameters:  two guesses, temperature .5, Beta(.75, .75), the guessed rows' squared error times 0 rising to 10, a tenth of the values corrupted; 120 steps of the
//              study's optimiser, looked at after every 40; 2048 rows at most, which are those that are judged.
// Adversary:   semi-honest: it follows the protocol, and does this afterwards with what it has.
using System.Numerics.Tensors;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Metrics;

namespace VerticalFL.Training.Audits;

/// <summary>What a party makes of its own bottom model when it trains it further.</summary>
/// <param name="columns">The party's prepared rows, row-major.</param>
/// <param name="gradients">Their mean gradients, standardised; empty for none.</param>
/// <param name="reopen">Makes the bottom, with the weights it ended the training with, over another table.</param>
internal sealed class FineTunedCompletion(ReadOnlyMemory<float> columns, float[] gradients, Func<FeatureMatrix, IBottomModel> reopen)
{
    private const int Draws = 3;
    private const int MostRows = 2048;
    private const int Steps = 120;
    private const int Look = 40;
    private const int Guessed = 64;
    private const double MostWeight = 10;
    private const double Corrupted = 0.1;

    /// <summary>The mean AUC over the draws on rows whose outcome is not known, of the way and the moment that tell most; one half when too few rows of a class are left.</summary>
    public double Auc(bool[] outcomes, int knownPerClass, CancellationToken cancellationToken)
    {
        int positives = outcomes.Count(o => o);
        if (positives <= knownPerClass || outcomes.Length - positives <= knownPerClass)
        {
            return 0.5;
        }

        double largest = 0;
        foreach (bool beside in gradients.Length > 0 ? new[] { false, true } : [false])
        {
            foreach (bool unlabelled in new[] { false, true })
            {
                double[] sums = new double[Steps / Look];
                var draw = new Random(4);
                int[] order = [.. Enumerable.Range(0, outcomes.Length)];
                for (int d = 0; d < Draws; d++)
                {
                    draw.Shuffle(order);
                    (int[] known, int[] others) = FewLabelsAttack.Draw(order, outcomes, knownPerClass);
                    TensorPrimitives.Add(sums, Play(known, others[..Math.Min(MostRows, others.Length)], outcomes, unlabelled, beside, draw, cancellationToken), sums);
                }

                largest = Math.Max(largest, sums.Max() / Draws);
            }
        }

        return largest;
    }

    // The table holds the known rows, the others, and a corrupted copy of each: row r's copy is row r + count.
    private double[] Play(int[] known, int[] others, bool[] outcomes, bool unlabelled, bool beside, Random draw, CancellationToken cancellationToken)
    {
        int[] rows = [.. known, .. others];
        int count = rows.Length;
        using IBottomModel bottom = reopen(Table(rows, outcomes.Length, draw));
        int width = bottom.CutWidth, extras = beside ? gradients.Length / outcomes.Length : 0;
        float[] extra = [.. rows.SelectMany(r => gradients.AsSpan(r * extras, extras).ToArray())];
        float[] outputs = new float[count * width];
        int[] all = [.. Enumerable.Range(0, count)];
        bottom.Forward(all, 0, training: false, outputs);
        var head = new CompletionHead(outputs, extra, count, [.. known.Select(r => outcomes[r] ? 1.0 : -1)]);
        bool[] truth = [.. others.Select(r => outcomes[r])];
        double[] found = new double[Steps / Look];
        Array.Fill(found, 0.5);
        for (int step = 1; step <= Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int[] guessed = unlabelled ? [.. Enumerable.Range(0, Guessed).Select(_ => draw.Next(known.Length, count))] : [];
            int[] batch = [.. Enumerable.Range(0, known.Length).Select(r => draw.Next(2) == 0 ? r : r + count), .. guessed, .. guessed.Select(r => r + count)];
            float[] guesses = Sharpened(bottom, head, guessed, extra, count);
            float[] targets = [.. known.Select(r => outcomes[r] ? 1f : 0), .. guesses, .. guesses];
            float[] cut = new float[batch.Length * width];
            bottom.Forward(batch, step, training: true, cut);
            float[] back = head.Learn(cut, Beside(batch, extra, extras, count), targets, known.Length, MostWeight * step / Steps, draw);
            if (!back.All(float.IsFinite))
            {
                // The attacker's own numbers have run out of range: from here on it knows nothing by this way.
                break;
            }

            bottom.Backward(back);
            bottom.Step();
            if (step % Look == 0)
            {
                bottom.Forward(all, 0, training: false, outputs);
                found[(step / Look) - 1] = RocCurve.Auc(head.Logits(outputs, extra, count).AsSpan(known.Length), truth) ?? 0.5;
            }
        }

        return found;
    }

    private static float[] Sharpened(IBottomModel bottom, CompletionHead head, int[] guessed, float[] extra, int count)
    {
        if (guessed.Length == 0)
        {
            return [];
        }

        int[] both = [.. guessed, .. guessed.Select(r => r + count)];
        float[] cut = new float[both.Length * bottom.CutWidth];
        bottom.Forward(both, 0, training: false, cut);
        float[] logits = head.Logits(cut, Beside(both, extra, extra.Length / count, count), both.Length);
        float[] sharpened = new float[guessed.Length];
        for (int i = 0; i < guessed.Length; i++)
        {
            double p = (CompletionHead.Probability(logits[i]) + CompletionHead.Probability(logits[i + guessed.Length])) / 2;
            sharpened[i] = (float)(p * p / ((p * p) + ((1 - p) * (1 - p))));
        }

        return sharpened;
    }

    private static float[] Beside(int[] rows, float[] extra, int extras, int count) => [.. rows.SelectMany(r => extra.AsSpan(r % count * extras, extras).ToArray())];

    private FeatureMatrix Table(int[] rows, int all, Random draw)
    {
        int width = columns.Length / all;
        float[] values = new float[2 * rows.Length * width];
        for (int i = 0; i < rows.Length; i++)
        {
            ReadOnlySpan<float> row = columns.Span.Slice(rows[i] * width, width);
            row.CopyTo(values.AsSpan(i * width));
            Span<float> copy = values.AsSpan((rows.Length + i) * width, width);
            row.CopyTo(copy);
            for (int k = 0; k < width; k++)
            {
                if (draw.NextDouble() < Corrupted)
                {
                    copy[k] = columns.Span[(rows[draw.Next(rows.Length)] * width) + k];
                }
            }
        }

        return new FeatureMatrix(values, 2 * rows.Length, width, [.. Enumerable.Range(0, width).Select(k => $"{k}")]);
    }
}
