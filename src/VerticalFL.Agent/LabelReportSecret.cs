using System.Security.Cryptography;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;

namespace VerticalFL.Agent;

/// <summary>
/// What a party's reported outcomes come from: drawn once by the operating system, sealed, and kept for good, so that a patient's outcome is reported the
/// same way in every run of every study.
/// </summary>
internal static class LabelReportSecret
{
    private const int Size = 32;
    private const string FileName = "label-reports.sealed";

    /// <exception cref="StorageException">It is there and cannot be opened: another one would report every outcome a second time.</exception>
    public static byte[] Open(string stateDirectory, StorageKey key, PartyId self)
    {
        string path = Path.Combine(stateDirectory, FileName);
        var context = new SealContext(self, default, default, 0, "label-reports");
        if (!File.Exists(path))
        {
            byte[] fresh = RandomNumberGenerator.GetBytes(Size);
            SealedFile.Write(key, path, context, fresh);
            CryptographicOperations.ZeroMemory(fresh);
        }

        return SealedFile.Read(key, path, context, Size);
    }
}
