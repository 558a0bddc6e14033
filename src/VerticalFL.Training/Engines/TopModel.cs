using System.Security.Cryptography;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines.Kernels;
using VerticalFL.Training.Losses;
using VerticalFL.Training.Models;

namespace VerticalFL.Training.Engines;

/// <summary>
/// The label party's part behind the cut: adds the bias of the cut to the sum of the projections, then nonlinearity, dropout, hidden layers and the
/// output layer. With the preset <c>linear</c> sum and bias are the output. A model of several members has a top for each, over the member's own columns of the
/// cut: its outputs are the mean of theirs, and each learns from its own. Not for two threads at once.
/// </summary>
public sealed class TopModel : IDisposable
{
    private readonly TopMember[] members;
    private float[] outputsOfOne = [];
    private float[] outputsOfEach = [];
    private float[] gradientOfOne = [];

    /// <summary>Makes the model with fresh weights.</summary>
    /// <param name="settings">The cut, the top's layers, and how many members.</param>
    /// <param name="outputs">Columns of the output; the loss's.</param>
    /// <param name="loss">The loss.</param>
    /// <param name="optimizer">The optimiser.</param>
    /// <param name="seed">The label party's secret seed, 32 bytes.</param>
    /// <exception cref="ArgumentException">A setting is not usable, or the loss has another number of outputs.</exception>
    public TopModel(ModelSettings settings, int outputs, ILoss loss, OptimizerSettings optimizer, ReadOnlySpan<byte> seed)
        : this(settings, outputs, loss, optimizer, seed, KernelSet.Best)
    {
    }

    internal TopModel(
        ModelSettings settings, int outputs, ILoss loss, OptimizerSettings optimizer, ReadOnlySpan<byte> seed, KernelSet kernels)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Members, 1);
        if (loss.Outputs != outputs)
        {
            throw new ArgumentException($"The loss has {loss.Outputs} outputs, the model {outputs}.", nameof(loss));
        }

        if (settings.Cut % settings.Members != 0)
        {
            throw new ArgumentException($"A cut of {settings.Cut} cannot be divided among {settings.Members} members.", nameof(settings));
        }

        members = new TopMember[settings.Members];
        for (int member = 0; member < members.Length; member++)
        {
            byte[] own = members.Length == 1 ? seed.ToArray() : MemberSeed.Of(seed, member);
            members[member] = new TopMember(settings with { Cut = settings.Cut / members.Length }, outputs, optimizer, own, new EngineContext(kernels));
            CryptographicOperations.ZeroMemory(own);
        }

        CutWidth = settings.Cut;
        Outputs = outputs;
        Loss = loss;
    }

    /// <summary>The width of the cut, of all members together.</summary>
    public int CutWidth { get; }

    /// <summary>Of how many networks the model is made.</summary>
    public int Members => members.Length;

    /// <summary>Columns of the output.</summary>
    public int Outputs { get; }

    /// <summary>The loss.</summary>
    public ILoss Loss { get; }

    /// <summary>Computes the outputs (logits, the standardised number, or the log risk): of several members the mean, in double, in their order.</summary>
    /// <param name="sum">The decoded sum at the cut, rows x <see cref="CutWidth"/>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="step">The step, from 0; it keys the dropout.</param>
    /// <param name="training">Whether dropout acts and a <see cref="BackwardFrom"/> may follow.</param>
    /// <param name="outputs">Receives rows x <see cref="Outputs"/> floats.</param>
    /// <param name="part">In training, where in the batch these rows are; default: they are all of it.</param>
    /// <exception cref="ArgumentException">A span's length is wrong.</exception>
    /// <exception cref="NonFiniteException">An activation is infinite or not a number.</exception>
    public void Forward(ReadOnlySpan<float> sum, int rows, long step, bool training, Span<float> outputs, BatchPart? part = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        RequireLength(sum.Length, rows, CutWidth, nameof(sum));
        RequireLength(outputs.Length, rows, Outputs, nameof(outputs));
        if (members is [TopMember only])
        {
            only.Forward(sum, CutWidth, rows, step, training, outputs, part);
            return;
        }

        if (outputsOfEach.Length < outputs.Length * members.Length)
        {
            outputsOfEach = new float[outputs.Length * members.Length];
        }

        Span<float> each = outputsOfEach.AsSpan(0, outputs.Length * members.Length);
        ForwardEach(sum, rows, step, training, each, part);
        Average(each, outputs);
    }

    /// <summary>Computes the outputs of every member by itself, outside training.</summary>
    /// <param name="sum">The decoded sum at the cut, rows x <see cref="CutWidth"/>.</param>
    /// <param name="rows">Rows.</param>
    /// <param name="each">Receives rows x <see cref="Members"/> x <see cref="Outputs"/> floats.</param>
    /// <exception cref="ArgumentException">A span's length is wrong.</exception>
    /// <exception cref="NonFiniteException">An activation is infinite or not a number.</exception>
    public void ForwardEach(ReadOnlySpan<float> sum, int rows, Span<float> each)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rows);
        RequireLength(sum.Length, rows, CutWidth, nameof(sum));
        RequireLength(each.Length, rows, Outputs * members.Length, nameof(each));
        ForwardEach(sum, rows, 0, training: false, each, part: null);
    }

    /// <summary>The mean of the members' outputs, in double, in their order: the model's outputs.</summary>
    /// <param name="each">Rows x <see cref="Members"/> x <see cref="Outputs"/> floats.</param>
    /// <param name="outputs">Receives rows x <see cref="Outputs"/> floats.</param>
    /// <exception cref="ArgumentException">A span's length is wrong.</exception>
    public void Average(ReadOnlySpan<float> each, Span<float> outputs)
    {
        RequireLength(each.Length, outputs.Length, members.Length, nameof(each));
        for (int i = 0; i < outputs.Length; i++)
        {
            double sum = 0;
            int first = (i / Outputs * members.Length * Outputs) + (i % Outputs);
            for (int member = 0; member < members.Length; member++)
            {
                sum += each[first + (member * Outputs)];
            }

            outputs[i] = (float)(sum / members.Length);
        }
    }

    /// <summary>
    /// Computes the loss of a training <see cref="Forward"/>, of a batch's parts in their order, adds the weights' gradients, and gives the gradient that goes back to the
    /// parties. Of several members each has its own loss on its own outputs.
    /// </summary>
    /// <param name="targets">The targets of the same rows.</param>
    /// <param name="gradientOfSum">Receives the mean loss's gradient with respect to the sum, in its shape; in a member's columns that of its own.</param>
    /// <param name="heldOut">
    /// A value a row, whose bit m says that member m, from 0, does not learn from it: its loss is over the others, as if the batch were these alone, and the row's gradient
    /// 0. Only for a whole batch. Default: all learn from all.
    /// </param>
    /// <returns>The mean loss over the rows; of several members the mean of theirs, of those that learn from any; 0 when none does.</returns>
    /// <exception cref="InvalidOperationException">The last Forward was none, or not for training, or has had its Backward.</exception>
    /// <exception cref="NonFiniteException">The loss or a gradient is infinite or not a number; the weights are unchanged.</exception>
    public double BackwardFrom(BatchTargets targets, Span<float> gradientOfSum, ReadOnlySpan<ushort> heldOut = default)
    {
        int rows = targets.Count;
        members[0].RequirePending(rows);
        RequireLength(gradientOfSum.Length, rows, CutWidth, nameof(gradientOfSum));
        if (members is [TopMember only])
        {
            return only.BackwardFrom(Loss, targets, learned: null, gradientOfSum)!.Value;
        }

        if (!heldOut.IsEmpty && (heldOut.Length != rows || targets.BatchRows != rows))
        {
            throw new ArgumentException($"Rows are held out of a whole batch; there are {heldOut.Length} marks for {rows} of {targets.BatchRows} rows.", nameof(heldOut));
        }

        if (gradientOfOne.Length < rows * WidthOfOne)
        {
            gradientOfOne = new float[rows * WidthOfOne];
        }

        Span<float> one = gradientOfOne.AsSpan(0, rows * WidthOfOne);
        double loss = 0;
        int learning = 0;
        for (int member = 0; member < members.Length; member++)
        {
            if (members[member].BackwardFrom(Loss, targets, heldOut.IsEmpty ? null : LearnedBy(member, heldOut), one) is { } own)
            {
                loss += own;
                learning++;
            }

            for (int row = 0; row < rows; row++)
            {
                one.Slice(row * WidthOfOne, WidthOfOne).CopyTo(gradientOfSum[((row * CutWidth) + (member * WidthOfOne))..]);
            }
        }

        return learning == 0 ? 0 : loss / learning;
    }

    /// <summary>
    /// Instead of <see cref="BackwardFrom"/>, for a whole batch: gives the same loss and gradient, adds to each row's number the squared norm of the weights'
    /// gradients by that row alone, and adds no weights' gradient yet. The loss must be one in which rows do not meet, and the model have one member.
    /// </summary>
    /// <param name="targets">The targets of the same rows.</param>
    /// <param name="gradientOfSum">Receives the mean loss's gradient with respect to the sum.</param>
    /// <param name="squares">One number a row.</param>
    /// <returns>The mean loss over the rows.</returns>
    /// <exception cref="InvalidOperationException">There are several members.</exception>
    public double MeasureFrom(BatchTargets targets, Span<float> gradientOfSum, Span<double> squares)
    {
        int rows = targets.Count;
        Only.RequirePending(rows);
        RequireLength(gradientOfSum.Length, rows, CutWidth, nameof(gradientOfSum));
        RequireLength(squares.Length, rows, 1, nameof(squares));
        return Only.MeasureFrom(Loss, targets, gradientOfSum, squares);
    }

    /// <inheritdoc cref="IRowwiseBottomModel.AddRows"/>
    public void AddRows(ReadOnlySpan<float> factors) => Only.Network.AddRows(factors);

    /// <inheritdoc cref="IRowwiseBottomModel.VisitGradients"/>
    public void VisitGradients(GradientVisitor visit) => Only.Network.Weights.VisitGradients(visit);

    /// <inheritdoc cref="IBottomModel.Step"/>
    public void Step(double rate = 1) => Array.ForEach(members, m => m.Network.Step(rate));

    /// <inheritdoc cref="IBottomModel.SaveState"/>
    public void SaveState(Stream destination) => Array.ForEach(members, m => m.Network.Weights.Save(destination));

    /// <inheritdoc cref="IBottomModel.LoadState"/>
    public void LoadState(Stream source)
    {
        if (members is [TopMember only])
        {
            only.Network.LoadState(source);
            return;
        }

        MemberStates.Load([.. members.Select(m => new MemberState(m.Network.Weights.Save, m.Network.LoadState))], source);
    }

    /// <inheritdoc cref="IBottomModel.Snapshot"/>
    public void Snapshot() => Array.ForEach(members, m => m.Network.Weights.Snapshot());

    /// <inheritdoc cref="IBottomModel.RestoreSnapshot"/>
    public void RestoreSnapshot() => Array.ForEach(members, m => m.Network.RestoreSnapshot());

    /// <inheritdoc cref="IBottomModel.HashWeights"/>
    /// <remarks>Of several members SHA-256 over their hashes in their order.</remarks>
    public byte[] HashWeights() =>
        members is [TopMember only] ? only.Network.Weights.Hash() : SHA256.HashData([.. members.SelectMany(m => m.Network.Weights.Hash())]);

    /// <summary>Zeroes keys.</summary>
    public void Dispose() => Array.ForEach(members, m => m.Dispose());

    private int WidthOfOne => CutWidth / members.Length;

    private TopMember Only => members is [TopMember only]
        ? only
        : throw new InvalidOperationException("Differential privacy bounds what a row adds to one network; the model has several members.");

    private static int[] LearnedBy(int member, ReadOnlySpan<ushort> heldOut)
    {
        var rows = new List<int>(heldOut.Length);
        for (int row = 0; row < heldOut.Length; row++)
        {
            if ((heldOut[row] >> member & 1) == 0)
            {
                rows.Add(row);
            }
        }

        return [.. rows];
    }

    private void ForwardEach(ReadOnlySpan<float> sum, int rows, long step, bool training, Span<float> each, BatchPart? part)
    {
        int values = rows * Outputs;
        if (outputsOfOne.Length < values)
        {
            outputsOfOne = new float[values];
        }

        Span<float> one = outputsOfOne.AsSpan(0, values);
        for (int member = 0; member < members.Length; member++)
        {
            members[member].Forward(rows == 0 ? sum : sum[(member * WidthOfOne)..], CutWidth, rows, step, training, one, part);
            for (int row = 0; row < rows; row++)
            {
                one.Slice(row * Outputs, Outputs).CopyTo(each[(((row * members.Length) + member) * Outputs)..]);
            }
        }
    }

    private static void RequireLength(int length, int rows, int width, string name)
    {
        if (length != (long)rows * width)
        {
            throw new ArgumentException($"{rows} rows of {width} need {(long)rows * width} floats, not {length}.", name);
        }
    }
}
