using System.Security.Cryptography;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Training.LabelProtection;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// The seed of a run's noise: drawn by the operating system and sealed before the first byte leaves, the same in every attempt, so that a step
/// which is repeated repeats its noise.
/// </summary>
internal static class NoiseSeedFile
{
    public static string PathOf(RunFolder folders, RunId run) => folders.PathOf(run, "noise-seed.sealed");

    /// <exception cref="StorageException">It is there and cannot be opened: another one would draw the run's noise a second time.</exception>
    public static NoiseSeed Open(RunFolder folders, StorageKey key, PartyId self, StudyId study, RunId run)
    {
        string path = PathOf(folders, run);
        var context = new SealContext(self, study, run, 0, "noise-seed");
        if (!File.Exists(path))
        {
            using var fresh = new NoiseSeed();
            SealedFile.Write(key, path, context, fresh.Bytes);
        }

        byte[] seed;
        try
        {
            seed = SealedFile.Read(key, path, context, NoiseSeed.Size);
        }
        catch (StorageException e)
        {
            throw new StorageException(
                $"The seed of the run's noise in '{path}' cannot be opened: it was changed or cut, or sealed by another key. Another seed would draw the "
                + "noise of steps that were already shown a second time, so the run cannot go on here: restore the file with its key, or start a new run.",
                e);
        }

        var opened = new NoiseSeed(seed);
        CryptographicOperations.ZeroMemory(seed);
        return opened;
    }
}
