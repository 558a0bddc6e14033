// The prediction ledger: how often each patient was predicted lately.
// What:        a sealed list of predictions, each with its time and its patients' pseudonyms; on disk before a prediction's first activation leaves, and never
//              given back. Attempts of one prediction over the same table count once; predictions older than ten years are dropped.
// Parameters:  a pseudonym = first 16 bytes of HMAC-SHA256 of the patient's item, under a key from 32 bytes that the file itself holds (vfl/v1/ledger-id).
// Adversary:   who copies the disk without its key learns the file's size. An older copy that is put back forgets what came after it: the audit log, whose head
//              the peers keep, holds the ledger's hash of each prediction and shows it.
using System.Security.Cryptography;
using System.Text.Json;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;

namespace VerticalFL.Governance.Ledger;

/// <summary>Counts predictions of each patient at a party. Safe from any thread.</summary>
/// <param name="stateDirectory">The party's state directory; must exist.</param>
/// <param name="key">The party's storage key; stays the caller's to dispose.</param>
/// <param name="self">The party.</param>
/// <param name="time">The clock.</param>
public sealed class PredictionLedger(string stateDirectory, StorageKey key, PartyId self, TimeProvider time)
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = "predictions-ledger.sealed";

    private const int SecretSize = 32;
    private const int PseudonymSize = 16;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(3650);
    private readonly Lock _lock = new();
    private readonly string _path = Path.Combine(stateDirectory, FileName);
    private readonly SealContext _context = new(self, default, default, 0, "prediction-ledger");

    /// <summary>Counts a prediction for some patients; durable when it returns.</summary>
    /// <param name="run">The prediction.</param>
    /// <param name="table">The fingerprint of the table: another table is another prediction.</param>
    /// <param name="patients">The patients' items.</param>
    /// <param name="most">How many predictions a patient may be in within the period.</param>
    /// <param name="period">The period.</param>
    /// <exception cref="StorageException">The ledger is not what this agent sealed.</exception>
    /// <exception cref="IOException">The disk refused: nothing may leave.</exception>
    public PredictionCount Count(RunId run, ReadOnlyMemory<byte> table, IReadOnlyList<ReadOnlyMemory<byte>> patients, int most, TimeSpan period)
    {
        ArgumentNullException.ThrowIfNull(patients);
        lock (_lock)
        {
            Content content = Read();
            DateTimeOffset now = time.GetUtcNow();
            string source = $"{run.Hex} {Convert.ToHexStringLower(table.Span)}";
            string[] asked = Pseudonyms(content.Secret, patients);
            HashSet<string> counted = [.. content.Predictions.Where(p => p.Source == source).SelectMany(p => p.Patients)];
            Dictionary<string, int> lately = content.Predictions.Where(p => p.Source != source && p.Time > now - period).SelectMany(p => p.Patients)
                .GroupBy(p => p, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
            string[] fresh = [.. asked.Where(p => !counted.Contains(p))];
            int refused = fresh.Count(p => lately.GetValueOrDefault(p) >= most);
            if (refused > 0 || fresh.Length == 0)
            {
                return new PredictionCount(refused, HashOf(content));
            }

            Content next = content with
            {
                Predictions = [.. content.Predictions.Where(p => p.Time > now - Kept), new Prediction(source, now, fresh)],
            };
            SealedFile.Write(key, _path, _context, JsonSerializer.SerializeToUtf8Bytes(next));
            return new PredictionCount(0, HashOf(next));
        }
    }

    private Content Read() => File.Exists(_path)
        ? JsonSerializer.Deserialize<Content>(SealedFile.Read(key, _path, _context, Array.MaxLength)) ?? throw new StorageException($"'{_path}' holds nothing; restore it.")
        : new Content(RandomNumberGenerator.GetBytes(SecretSize), []);

    private static string[] Pseudonyms(byte[] secret, IReadOnlyList<ReadOnlyMemory<byte>> patients)
    {
        using SecretKey names = SecretKey.Derive(secret, [], KeyLabels.LedgerId, SecretSize);
        return [.. patients.Select(p => Convert.ToBase64String(HMACSHA256.HashData(names.Bytes, p.Span).AsSpan(0, PseudonymSize)))];
    }

    private static string HashOf(Content content) => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(content)));

    private sealed record Content(byte[] Secret, IReadOnlyList<Prediction> Predictions);

    private sealed record Prediction(string Source, DateTimeOffset Time, IReadOnlyList<string> Patients);
}
