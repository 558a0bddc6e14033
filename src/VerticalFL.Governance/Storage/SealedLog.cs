using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Storage;

/// <summary>
/// Records on disk that are only ever appended: each sealed under a key of its own and bound to the one before (<c>protocols/governance/README.md</c>, section
/// 6). One process at a time, which the audit log's lock on the state directory sees to; others may read, for a backup. Not for two threads at once.
/// </summary>
public sealed class SealedLog : IDisposable
{
    private const int HashSize = 32;
    private const int SaltSize = 32;
    private const int TagSize = 16;
    private const int HeadSize = SaltSize + sizeof(int);
    private readonly string _path;
    private readonly string _kind;
    private readonly StorageKey _key;
    private readonly PartyId _party;
    private readonly FileStream _file;
    private readonly List<byte[]> _hashes = [];
    private bool _broken;

    private SealedLog(string path, string kind, StorageKey key, PartyId party, FileStream file) =>
        (_path, _kind, _key, _party, _file) = (path, kind, key, party, file);

    /// <summary>Each record's hash, which covers all records before it.</summary>
    public IReadOnlyList<byte[]> Hashes => _hashes;

    /// <summary>How many records there are and the last one's hash, which covers all; there is one at least.</summary>
    public LedgerHead Head => new(_hashes.Count, _hashes[^1]);

    /// <summary>Whether the file has the record that a peer keeps: false when the peer keeps a later one, or another one of its number.</summary>
    public bool Continues(LedgerHead kept)
    {
        ArgumentNullException.ThrowIfNull(kept);
        return kept.Sequence <= _hashes.Count && kept.Hash.Span.SequenceEqual(_hashes[(int)kept.Sequence - 1]);
    }

    private static ReadOnlySpan<byte> Magic => "VFLLEDG1"u8;

    /// <summary>Opens or makes the file and hands every record to the caller. An unfinished last record is cut: nothing has left that needed it.</summary>
    /// <exception cref="StorageException">A record cannot be opened.</exception>
    /// <exception cref="IOException">The disk refused.</exception>
    /// <param name="path">The file.</param>
    /// <param name="kind">What it holds: lower-case letters, digits and hyphens.</param>
    /// <param name="key">The party's storage key; stays the caller's to dispose.</param>
    /// <param name="party">The party.</param>
    /// <param name="record">Takes each record in order.</param>
    public static SealedLog Open(string path, string kind, StorageKey key, PartyId party, Action<byte[]> record)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(record);
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = AtomicFile.OwnerOnly;
        }

        var file = new FileStream(path, options);
        try
        {
            var ledger = new SealedLog(path, kind, key, party, file);
            ledger.Follow(record);
            AtomicFile.FlushDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            return ledger;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Appends a record and returns when it is on disk.</summary>
    /// <exception cref="IOException">The disk refused; the record is not there, and nothing may leave that needed it.</exception>
    public void Append(ReadOnlySpan<byte> plain)
    {
        if (_broken)
        {
            throw new IOException("The file could not be written before; mend the disk and restart the agent.");
        }

        byte[] bytes = new byte[HeadSize + plain.Length + TagSize];
        RandomNumberGenerator.Fill(bytes.AsSpan(0, SaltSize));
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(SaltSize), plain.Length);
        using (AesGcm cipher = Cipher(bytes.AsSpan(0, SaltSize)))
        {
            // A salt, and so a key, serves one record: the nonce never repeats under it.
            cipher.Encrypt(new byte[12], plain, bytes.AsSpan(HeadSize, plain.Length), bytes.AsSpan(HeadSize + plain.Length), Associated(plain.Length));
        }

        WriteDurably(bytes);
        _hashes.Add(HashOf(bytes));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Follow(Action<byte[]> record)
    {
        byte[] magic = new byte[Magic.Length];
        int read = _file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        if (!Magic.StartsWith(magic.AsSpan(0, read)))
        {
            throw Damaged();
        }

        if (read < magic.Length)
        {
            _file.SetLength(0);
            _file.Seek(0, SeekOrigin.Begin);
            WriteDurably(Magic);
            return;
        }

        byte[] head = new byte[HeadSize];
        while (true)
        {
            long start = _file.Position;
            int length = _file.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) == HeadSize ? BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(SaltSize)) : -1;
            if (length < 0 || start + HeadSize + length + TagSize > _file.Length)
            {
                _file.SetLength(start);
                _file.Seek(start, SeekOrigin.Begin);
                return;
            }

            byte[] bytes = new byte[HeadSize + length + TagSize];
            head.CopyTo(bytes, 0);
            _file.ReadExactly(bytes, HeadSize, length + TagSize);
            record(Unseal(bytes, length));
            _hashes.Add(HashOf(bytes));
        }
    }

    private byte[] Unseal(byte[] bytes, int length)
    {
        byte[] plain = new byte[length];
        using AesGcm cipher = Cipher(bytes.AsSpan(0, SaltSize));
        try
        {
            cipher.Decrypt(new byte[12], bytes.AsSpan(HeadSize, length), bytes.AsSpan(HeadSize + length), plain, Associated(length));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Damaged();
        }
    }

    private AesGcm Cipher(ReadOnlySpan<byte> salt)
    {
        byte[] key = _key.Derive(_kind, salt);
        var cipher = new AesGcm(key, TagSize);
        CryptographicOperations.ZeroMemory(key);
        return cipher;
    }

    private byte[] Associated(int length)
    {
        byte[] party = Encoding.ASCII.GetBytes(_party.Value);
        byte[] bytes = new byte[Magic.Length + sizeof(int) + party.Length + sizeof(long) + sizeof(int) + HashSize];
        Magic.CopyTo(bytes);
        int at = Magic.Length;
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at), party.Length);
        party.CopyTo(bytes, at + sizeof(int));
        at += sizeof(int) + party.Length;
        BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(at), _hashes.Count + 1);
        BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(at + sizeof(long)), length);
        Previous.CopyTo(bytes, at + sizeof(long) + sizeof(int));
        return bytes;
    }

    private byte[] Previous => _hashes.Count == 0 ? new byte[HashSize] : _hashes[^1];

    private byte[] HashOf(byte[] record) => SHA256.HashData([.. Previous, .. record]);

    private void WriteDurably(ReadOnlySpan<byte> bytes)
    {
        long before = _file.Position;
        try
        {
            _file.Write(bytes);
            _file.Flush(flushToDisk: true);
        }
        catch
        {
            // Half a record must not stand between two others; if the cut fails too, only a restart can mend the tail.
            _broken = true;
            _file.SetLength(before);
            _file.Seek(before, SeekOrigin.Begin);
            _broken = false;
            throw;
        }
    }

    private StorageException Damaged() => new(
        $"The {_kind.Replace('-', ' ')} '{_path}' cannot be opened: it was changed, belongs to another party, or was sealed by another key. What has been told of each patient stands in it alone: "
        + "restore the newest copy with its key.");
}
