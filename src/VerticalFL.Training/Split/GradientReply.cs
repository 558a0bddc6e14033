using VerticalFL.Messages.Studies;
using VerticalFL.Training.LabelProtection;

namespace VerticalFL.Training.Split;

/// <summary>
/// A batch's gradients at the cut: what the label party's own bottom learns from, and what leaves, perturbed if the study protects labels, in the study's format.
/// </summary>
/// <param name="format">How a gradient travels.</param>
/// <param name="protection">The study's label protection; null for none.</param>
/// <param name="batch">The most rows of a batch.</param>
/// <param name="cutWidth">The width of the cut.</param>
internal sealed class GradientReply(GradientFormat format, IGradientProtection? protection, int batch, int cutWidth)
{
    private readonly float[] _own = new float[batch * cutWidth];
    private readonly float[] _leaving = new float[batch * cutWidth];
    private readonly byte[] _sent = new byte[batch * cutWidth * sizeof(float)];

    /// <summary>Whether a row's gradient can leave before the other rows' gradients are known.</summary>
    public bool LeavesRowByRow => protection is null;

    /// <summary>The gradients themselves, of some of the batch's rows.</summary>
    public Span<float> Own(Microbatch some) => _own.AsSpan(some.Of(cutWidth));

    /// <summary>What left, as its readers read it, of some of the batch's rows.</summary>
    public ReadOnlySpan<float> Leaving(Microbatch some) => _leaving.AsSpan(some.Of(cutWidth));

    /// <summary>Perturbs a whole batch's gradients as the study's protection says; without one nothing is done.</summary>
    /// <param name="step">The step, which keys the noise.</param>
    /// <param name="rows">The batch's rows.</param>
    /// <param name="labels">Their labels.</param>
    public void Protect(long step, int rows, ReadOnlySpan<float> labels) =>
        protection?.Apply(step, _own.AsSpan(0, rows * cutWidth), cutWidth, labels, _leaving.AsSpan(0, rows * cutWidth));

    /// <summary>A microbatch's gradients as they leave.</summary>
    public ReadOnlyMemory<byte> Encode(Microbatch some)
    {
        Memory<byte> bytes = _sent.AsMemory(0, some.Rows * cutWidth * GradientEncoding.SizeOf(format));
        Span<float> leaving = _leaving.AsSpan(some.Of(cutWidth));
        if (protection is null)
        {
            Own(some).CopyTo(leaving);
        }

        GradientEncoding.Write(leaving, format, bytes.Span);
        GradientEncoding.Read(bytes.Span, format, leaving);
        return bytes;
    }
}
