using System.Runtime.InteropServices;
using TorchSharp;
using VerticalFL.Training.Engines;
using Tensor = TorchSharp.torch.Tensor;

namespace VerticalFL.Training.TorchSharp;

/// <summary>Floats and the tensors that they lie in.</summary>
internal static class TensorMemory
{
    /// <summary>A matrix whose content is not set yet.</summary>
    public static Tensor New(int rows, int columns) => torch.empty([rows, columns], dtype: torch.float32);

    /// <summary>A tensor on a buffer's own memory, not a copy of it; the buffer must not grow.</summary>
    public static Tensor On(AlignedBuffer buffer, params long[] shape)
    {
        long count = shape.Aggregate(1L, (product, length) => product * length);
        if (count != buffer.Capacity)
        {
            throw new ArgumentException($"A tensor of {count} floats does not fit a buffer of {buffer.Capacity}.", nameof(shape));
        }

        using Tensor flat = torch.frombuffer(buffer.Storage, torch.float32, count, buffer.Offset);
        return flat.view(shape);
    }

    /// <summary>A tensor's floats in place, row by row; valid while the tensor is.</summary>
    public static Span<float> Floats(Tensor tensor) =>
        tensor.is_contiguous() && tensor.dtype == torch.float32
            ? MemoryMarshal.Cast<byte, float>(tensor.bytes)
            : throw new InvalidOperationException("Only a tensor of float32 without gaps can be read in place.");
}
