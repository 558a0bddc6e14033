using System.Globalization;
using System.Security.Cryptography;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;

namespace VerticalFL.Agent;

/// <summary>
/// The party's secret seed: initial weights, dropout and its share of the cohort's order come from it, so that a study repeats bit for bit
/// at this party. Masks, blinding and noise never do. Drawn once by the operating system and sealed; a simulation gives its own.
/// </summary>
internal sealed class PartySeed
{
    /// <summary>Its length in bytes.</summary>
    public const int Size = 32;

    private const string FileName = "party-seed.sealed";
    private readonly byte[] _seed;

    private PartySeed(byte[] seed) => _seed = seed;

    /// <param name="options">The agent's configuration.</param>
    /// <param name="key">What it is sealed with.</param>
    /// <param name="simulated">Whether the agent's keys are a simulation's, which alone may give a seed.</param>
    /// <exception cref="InvalidDataException">A seed is given to an agent with keys of its own, or is none.</exception>
    public static PartySeed Open(AgentOptions options, StorageKey key, bool simulated)
    {
        if (options.SimulatedSeed is { } text)
        {
            return simulated
                ? Simulated(text)
                : throw new InvalidDataException(
                    "simulatedSeed is for simulations, whose keys and data are all in one place: whoever knows it knows this party's first weights; remove it, and the agent draws its own.");
        }

        string path = Path.Combine(options.StateDirectory, FileName);
        var context = new SealContext(options.PartyId, default, default, 0, "party-seed");
        if (!File.Exists(path))
        {
            byte[] fresh = RandomNumberGenerator.GetBytes(Size);
            SealedFile.Write(key, path, context, fresh);
            CryptographicOperations.ZeroMemory(fresh);
        }

        return new PartySeed(SealedFile.Read(key, path, context, Size));
    }

    /// <summary>A seed that a simulation gives.</summary>
    public static PartySeed Simulated(string hexadecimal) => hexadecimal.Length == 2 * Size && hexadecimal.All(char.IsAsciiHexDigit)
        ? new PartySeed(Convert.FromHexString(hexadecimal))
        : throw new InvalidDataException($"simulatedSeed has to be {Size} bytes as hexadecimal text.");

    /// <summary>The purpose of one of a study's models: each has fresh first weights and dropout of its own.</summary>
    public static string OfModel(string purpose, int number) => number == 0 ? purpose : string.Create(CultureInfo.InvariantCulture, $"{purpose}/{number}");

    /// <summary>32 bytes for one purpose in one study.</summary>
    public byte[] Derive(string purpose, StudyId study) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _seed, Size, study.ToBytes(), System.Text.Encoding.UTF8.GetBytes($"vfl/v1/party-seed/{purpose}"));

    /// <inheritdoc/>
    public override string ToString() => "[redacted]";
}
