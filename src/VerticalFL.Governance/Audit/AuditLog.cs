// The audit log: append-only, hash-chained, every record signed.
// Reference: Schneier and Kelsey 1999, "Secure Audit Logs to Support Computer Forensics" (hash chain); Haber and Stornetta 1991 (linking).
// Parameters: SHA-256 over MessagePack, ECDSA P-256 by the service key, one JSON line a record, mode 0600, fsync after each.
// Adversary: changes, reorders or removes records without the service key: detected. With the service key, or by cutting the end: detected
//   against the heads that peers keep. Not encrypted, so that a third party can verify it offline; therefore it holds nothing about patients.
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;

namespace VerticalFL.Governance.Audit;

/// <summary>A party's own audit log, open for appending. One process at a time; safe for several threads.</summary>
public sealed class AuditLog : IDisposable
{
    /// <summary>The file in the state directory.</summary>
    public const string FileName = "audit.jsonl";

    private const string LockFileName = "audit.lock";
    private const int MaxWhoLength = 64;

    private readonly Lock _lock = new();
    private readonly ServiceIdentity _identity;
    private readonly TimeProvider _clock;
    private readonly FileStream _file;
    private readonly FileStream _processLock;
    private AuditRecord? _last;
    private bool _broken;

    private AuditLog(ServiceIdentity identity, TimeProvider clock, FileStream file, FileStream processLock, AuditRecord? last)
    {
        _identity = identity;
        _clock = clock;
        _file = file;
        _processLock = processLock;
        _last = last;
    }

    /// <summary>
    /// Opens or makes the log. The whole chain is followed; an incomplete last record (a crash while writing) is cut and noted, anything
    /// else that is wrong refuses.
    /// </summary>
    /// <param name="stateDirectory">The party's state directory; must exist.</param>
    /// <param name="identity">Signs the records; stays the caller's to dispose.</param>
    /// <param name="clock">The clock. Default: the system's.</param>
    /// <exception cref="AuditException">The chain is broken, belongs to another party, or another process has the log open.</exception>
    public static AuditLog Open(string stateDirectory, ServiceIdentity identity, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(stateDirectory);
        ArgumentNullException.ThrowIfNull(identity);
        FileStream processLock = OpenLock(stateDirectory);
        FileStream? file = null;
        try
        {
            string path = Path.Combine(stateDirectory, FileName);
            file = OpenOwned(path, FileMode.OpenOrCreate, FileShare.Read);
            AuditRecord? last = Follow(path, file, identity, out long complete);
            long torn = file.Length - complete;
            if (torn > 0)
            {
                file.SetLength(complete);
            }

            file.Seek(0, SeekOrigin.End);
            AtomicFile.FlushDirectory(stateDirectory);
            var log = new AuditLog(identity, clock ?? TimeProvider.System, file, processLock, last);
            log.Append(AuditKind.LogOpened, details: new() { [AuditDetails.Certificate] = Convert.ToBase64String(identity.Certificate.RawData) });
            if (torn > 0)
            {
                log.Append(AuditKind.TailCut, details: new() { [AuditDetails.Bytes] = torn.ToString(System.Globalization.CultureInfo.InvariantCulture) });
            }

            return log;
        }
        catch
        {
            file?.Dispose();
            processLock.Dispose();
            throw;
        }
    }

    /// <summary>Appends a record and returns when it is on disk.</summary>
    /// <param name="kind">What happened.</param>
    /// <param name="study">The study. Default: none.</param>
    /// <param name="run">The run. Default: none.</param>
    /// <param name="attempt">The attempt. Default: none (0).</param>
    /// <param name="details">
    /// At most 16, named by letters and digits; never an identifier, a value or a key. Control characters become spaces, long text is cut.
    /// </param>
    /// <param name="who">Who did it: an operator's name. Default: <c>service</c>.</param>
    /// <exception cref="IOException">The disk refused; the record is not there, and nothing may go on that needed it.</exception>
    public AuditRecord Append(
        AuditKind kind, StudyId? study = null, RunId? run = null, int attempt = 0, Dictionary<string, string>? details = null, string who = "service")
    {
        ArgumentException.ThrowIfNullOrEmpty(who);
        Dictionary<string, string> clean = AuditDetails.Clean(details);
        lock (_lock)
        {
            if (_broken)
            {
                throw new IOException("The audit log could not be written before; mend the disk and restart the agent.");
            }

            var record = new AuditRecord
            {
                Sequence = (_last?.Sequence ?? 0) + 1,
                Time = DateTimeOffset.FromUnixTimeMilliseconds(_clock.GetUtcNow().ToUnixTimeMilliseconds()),
                Party = _identity.Party,
                Kind = kind,
                Study = study,
                Run = run,
                Attempt = attempt,
                Who = AuditDetails.CleanText(who, MaxWhoLength),
                Details = clean,
                Previous = _last?.Hash ?? new byte[AuditHead.HashSize],
            };
            record = record with { Hash = record.ComputeHash() };
            record = record with { Signature = _identity.Sign(record.HeadBytes()) };
            byte[] line = AuditLine.Write(record);
            if (line.Length > AuditLine.MaxBytes)
            {
                throw new ArgumentException($"The audit record would have {line.Length} bytes; at most {AuditLine.MaxBytes} are allowed.", nameof(details));
            }

            WriteDurably(line);
            _last = record;
            return record;
        }
    }

    /// <summary>The log's current head, to be sent to peers.</summary>
    public AuditHead Head()
    {
        lock (_lock)
        {
            return new AuditHead(
                _last!.Party,
                _last.Sequence,
                _last.Time.ToUnixTimeMilliseconds(),
                _last.Hash,
                _last.Signature,
                _identity.Certificate.RawData);
        }
    }

    /// <summary>Keeps a peer's head as a record: with it this party vouches that the peer's log reached that point.</summary>
    /// <param name="head">The head as it came.</param>
    /// <param name="peer">The party at the other end of the channel.</param>
    /// <param name="study">The study.</param>
    /// <param name="run">The run.</param>
    /// <param name="attempt">The attempt.</param>
    /// <exception cref="PeerProtocolException">The head is another party's, or its certificate or signature is not valid.</exception>
    public AuditRecord AppendPeerHead(AuditHead head, PartyId peer, StudyId? study = null, RunId? run = null, int attempt = 0)
    {
        ArgumentNullException.ThrowIfNull(head);
        string? problem = head.Party != peer
            ? $"it is the head of '{head.Party}'"
            : AuditHeads.Check(head, certificate => AuditHeads.CheckSigner(certificate, _identity.Root, peer, _clock.GetUtcNow()));
        return problem is null
            ? Append(AuditKind.PeerHead, study, run, attempt, AuditHeads.ToDetails(head))
            : throw new PeerProtocolException(peer, "audit head", problem);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        _processLock.Dispose();
    }

    private static FileStream OpenLock(string stateDirectory)
    {
        try
        {
            return OpenOwned(Path.Combine(stateDirectory, LockFileName), FileMode.OpenOrCreate, FileShare.None);
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
        {
            throw new AuditException($"The audit log in '{stateDirectory}' is open in another process; stop that one first.", e);
        }
    }

    private static FileStream OpenOwned(string path, FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = AtomicFile.OwnerOnly;
        }

        return new FileStream(path, options);
    }

    private static AuditRecord? Follow(string path, FileStream file, ServiceIdentity identity, out long complete)
    {
        var chain = new AuditChain();
        string? problem = null;
        long failed = 0;
        complete = AuditFile.ReadLines(file, (number, line) =>
        {
            problem = chain.Add(AuditLine.TryRead(line.Span));
            failed = number;
            return problem is null;
        });

        // The last signature covers the last hash, which covers everything before it.
        if (problem is null && chain.Last is { } last)
        {
            using var certificate = chain.LoadCertificate();
            problem = certificate is null
                ? "its certificate cannot be read"
                : AuditHeads.CheckSigner(certificate, identity.Root, identity.Party, last.Time) ?? AuditHeads.CheckSignature(last, certificate);
        }

        return problem is null
            ? chain.Last
            : throw new AuditException(
                $"The audit log '{path}' is broken at line {failed}: {problem}; keep the file as evidence, move it away, and the agent begins a new one.");
    }

    private void WriteDurably(byte[] line)
    {
        long before = _file.Position;
        try
        {
            _file.Write([.. line, (byte)'\n']);
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
}
