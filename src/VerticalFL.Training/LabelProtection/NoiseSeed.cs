using VerticalFL.Cryptography.Keys;

namespace VerticalFL.Training.LabelProtection;

/// <summary>
/// What all noise of one run comes from: 32 bytes from the operating system, made once a run and kept sealed by the label party.
/// Disposing zeroes it.
/// </summary>
public sealed class NoiseSeed : IDisposable
{
    /// <summary>The size, in bytes.</summary>
    public const int Size = 32;

    private readonly SecretKey _key;

    /// <summary>Draws a seed.</summary>
    public NoiseSeed() => _key = SecretKey.Generate(Size);

    /// <summary>A seed that was drawn and kept before; the caller zeroes its own copy.</summary>
    /// <param name="bytes">32 bytes.</param>
    /// <exception cref="ArgumentException">There are not as many.</exception>
    public NoiseSeed(ReadOnlySpan<byte> bytes) => _key = bytes.Length == Size
        ? SecretKey.CopyOf(bytes)
        : throw new ArgumentException($"A noise seed has {Size} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>The seed of one of a run's models, so that no noise lies on two models' gradients or rows. The first model's is the run's own.</summary>
    /// <param name="model">The model's place, from 0.</param>
    public NoiseSeed ForModel(int model)
    {
        if (model == 0)
        {
            return new NoiseSeed(_key.Bytes);
        }

        using SecretKey derived = SecretKey.Derive(_key.Bytes, [], KeyLabels.Noise, Size, "model"u8.ToArray(), new[] { (byte)model });
        return new NoiseSeed(derived.Bytes);
    }

    /// <summary>The bytes, for keeping them sealed; valid until disposal.</summary>
    public ReadOnlySpan<byte> Bytes => _key.Bytes;

    /// <inheritdoc/>
    public void Dispose() => _key.Dispose();

    /// <inheritdoc/>
    public override string ToString() => "[redacted]";
}
