using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Messages;

namespace VerticalFL.Training.SecureAggregation;

/// <summary>What mask keys are bound to: one study, run and attempt among one set of parties.</summary>
public sealed class MaskSession
{
    /// <summary>Binds a session.</summary>
    /// <param name="study">The approved study.</param>
    /// <param name="run">The run.</param>
    /// <param name="attempt">The attempt, from 1.</param>
    /// <param name="parties">Every party of the run, the label party too, in any order.</param>
    /// <exception cref="ArgumentException">A party stands twice, or there are fewer than two.</exception>
    public MaskSession(StudyId study, RunId run, int attempt, IEnumerable<PartyId> parties)
    {
        ArgumentNullException.ThrowIfNull(parties);
        ArgumentOutOfRangeException.ThrowIfLessThan(attempt, 1);
        PartyId[] sorted = [.. parties.Order()];
        if (sorted.Length < 2 || sorted.Distinct().Count() != sorted.Length)
        {
            throw new ArgumentException("A session has at least two parties, each named once.", nameof(parties));
        }

        Attempt = attempt;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, attempt);
        AppendPrefixed(hash, study.ToBytes());
        AppendPrefixed(hash, run.ToBytes());
        AppendPrefixed(hash, number);
        foreach (PartyId party in sorted)
        {
            AppendPrefixed(hash, Encoding.ASCII.GetBytes(party.Value));
        }

        Salt = hash.GetHashAndReset();
    }

    /// <summary>The attempt, from 1.</summary>
    public int Attempt { get; }

    /// <summary>
    /// SHA-256 over study hash, run id, attempt (32-bit big endian) and the party ids in ordinal order, each with its length in front
    /// (32-bit big endian). Public.
    /// </summary>
    public ReadOnlyMemory<byte> Salt { get; }

    private static void AppendPrefixed(IncrementalHash hash, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        hash.AppendData(length);
        hash.AppendData(part);
    }
}
