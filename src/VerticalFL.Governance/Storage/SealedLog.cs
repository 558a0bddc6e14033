using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Storage;

/// <summary>
/// Records on disk that are only ever appended: each sealed under a key of its own and bound to the one before (<c>protocols/governance/README.md</c>, section
/// 6). A record's length has a tag of its own, so that a damaged length is told from a record that was never finished. One process at a time, which the audit log's lock on the state directory sees to; others may read, for a backup. Not for two threads at once.
/// </summary>
public sealed class SealedLog : IDisposable
{
    private const int HashSize = 32;
    private const int SaltSize = 32;
    private const int TagSize = 16;
    private const int OldHeadSize = SaltSize + sizeof(int);
    private const int NonceSize = 12;
    private readonly string _path;
    private readonly string _kind;
    private readonly StorageKey _key;
    private readonly PartyId _party;
    private readonly FileStream _file;
    private readonly List<byte[]> _hashes = [];
    private bool _isOld;
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

    private static ReadOnlySpan<byte> NewMagic => "VFLLEDG2"u8;

    /// <summary>Without tags of lengths; such a file is read and goes on as it is, for its hashes are what peers keep.</summary>
    private static ReadOnlySpan<byte> OldMagic => "VFLLEDG1"u8;

    private static ReadOnlySpan<byte> ContentNonce => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    private static ReadOnlySpan<byte> LengthNonce => [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1];

    private ReadOnlySpan<byte> Magic => _isOld ? OldMagic : NewMagic;

    private int HeadSize => _isOld ? OldHeadSize : OldHeadSize + TagSize;

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
            // A salt, and so a key, serves one record: neither nonce repeats under it.
            byte[] associated = Associated(plain.Length);
            if (!_isOld)
            {
                cipher.Encrypt(LengthNonce, [], [], bytes.AsSpan(OldHeadSize, TagSize), associated);
            }

            cipher.Encrypt(ContentNonce, plain, bytes.AsSpan(HeadSize, plain.Length), bytes.AsSpan(HeadSize + plain.Length), associated);
        }

        WriteDurably(bytes);
        _hashes.Add(HashOf(bytes));
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Follow(Action<byte[]> record)
    {
        byte[] magic = new byte[NewMagic.Length];
        int read = _file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false);
        _isOld = OldMagic.SequenceEqual(magic);
        if (!_isOld && !NewMagic.StartsWith(magic.AsSpan(0, read)) && !OldMagic.StartsWith(magic.AsSpan(0, read)))
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
            bool whole = _file.ReadAtLeast(head, HeadSize, throwOnEndOfStream: false) == HeadSize;
            int length = whole ? BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(SaltSize)) : 0;
            if (whole && !_isOld)
            {
                RequireLength(head, length);
            }

            if (!whole || length < 0 || start + HeadSize + length + TagSize > _file.Length)
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

    /// <summary>Only a length that was written here may say that the record was never finished.</summary>
    private void RequireLength(byte[] head, int length)
    {
        using AesGcm cipher = Cipher(head.AsSpan(0, SaltSize));
        try
        {
            cipher.Decrypt(LengthNonce, [], head.AsSpan(OldHeadSize), [], Associated(length));
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Damaged();
        }
    }

    private byte[] Unseal(byte[] bytes, int length)
    {
        byte[] plain = new byte[length];
        using AesGcm cipher = Cipher(bytes.AsSpan(0, SaltSize));
        try
        {
            cipher.Decrypt(ContentNonce, bytes.AsSpan(HeadSize, length), bytes.AsSpan(HeadSize + length), plain, Associated(length));
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
        $"The {_kind.Replace('-', ' ')} '{_path}' cannot be opened, from its record {_hashes.Count + 1} on: it was changed, belongs to another party, or was sealed by another key. What has been told of each patient stands in it alone: "
        + "restore the newest copy with its key.");
}
