using System.Security.Cryptography;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Ledger;

/// <summary>
/// The file of a ledger about patients: a <see cref="SealedLog"/> whose first record is the secret under which patients have their pseudonyms. Not for two threads at
/// once.
/// </summary>
internal sealed class PatientRecords : IDisposable
{
    private const int SecretSize = 32;
    private readonly SealedLog _log;
    private readonly SecretKey _names;

    private PatientRecords(SealedLog log, SecretKey names) => (_log, _names) = (log, names);

    /// <summary>How many records there are and the last one's hash, which covers all.</summary>
    public LedgerHead Head => _log.Head;

    /// <summary>Opens or makes the file <c>KIND.sealed</c>.</summary>
    /// <param name="stateDirectory">The party's state directory; must exist.</param>
    /// <param name="kind">What it holds.</param>
    /// <param name="key">The party's storage key; stays the caller's to dispose.</param>
    /// <param name="party">The party.</param>
    /// <param name="record">Takes each record behind the first, in order.</param>
    /// <exception cref="StorageException">The file was changed, or sealed by another key.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    public static PatientRecords Open(string stateDirectory, string kind, StorageKey key, PartyId party, Action<byte[]> record)
    {
        ArgumentException.ThrowIfNullOrEmpty(stateDirectory);
        byte[]? secret = null;
        SealedLog log = SealedLog.Open(Path.Combine(stateDirectory, kind + ".sealed"), kind, key, party, each =>
        {
            if (secret is null)
            {
                secret = each;
            }
            else
            {
                record(each);
            }
        });
        try
        {
            if (secret is null)
            {
                secret = RandomNumberGenerator.GetBytes(SecretSize);
                log.Append(secret);
            }

            return new PatientRecords(log, SecretKey.Derive(secret, [], KeyLabels.LedgerId, SecretSize));
        }
        catch
        {
            log.Dispose();
            throw;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    /// <summary>A patient's pseudonym, or another tag under the same key: 32 bytes, of which a ledger keeps the first.</summary>
    public byte[] NameOf(ReadOnlySpan<byte> content) => HMACSHA256.HashData(_names.Bytes, content);

    /// <inheritdoc cref="SealedLog.Append"/>
    public void Append(ReadOnlySpan<byte> plain) => _log.Append(plain);

    /// <inheritdoc cref="SealedLog.Continues"/>
    public bool Continues(LedgerHead kept) => _log.Continues(kept);

    /// <inheritdoc/>
    public void Dispose()
    {
        _log.Dispose();
        _names.Dispose();
    }
}
