using System.Security.Cryptography;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Training.LabelProtection;

namespace VerticalFL.Training.Privacy;

/// <summary>
/// One party's noise in one run: for every place (what is released, at which step) and what is released there, one stream of its own, always the same one.
/// </summary>
/// <param name="seed">The run's seed at this party; the caller's to dispose.</param>
/// <param name="log">Notes every draw before it is used; null where nothing is charged.</param>
internal sealed class NoiseSource(NoiseSeed seed, IReleaseLog? log = null)
{
    /// <summary>The stream for a place and a content.</summary>
    /// <param name="purpose">What is released.</param>
    /// <param name="place">Where: the step, and the piece within it.</param>
    /// <param name="content">SHA-256 of what is released, before the noise.</param>
    /// <param name="loss">What another draw at the same place tells.</param>
    public NoiseStream Open(string purpose, byte[] place, byte[] content, PrivacyLoss loss = default)
    {
        using SecretKey key = SecretKey.Derive(seed.Bytes, [], KeyLabels.Noise, 32, System.Text.Encoding.ASCII.GetBytes(purpose), place, content);
        log?.Enter($"{purpose}/{Convert.ToHexStringLower(place)}", SHA256.HashData(key.Bytes), loss);
        return new NoiseStream(key.Bytes);
    }
}
