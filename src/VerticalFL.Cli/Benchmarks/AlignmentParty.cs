using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Alignment;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport;

namespace VerticalFL.Cli.Benchmarks;

/// <summary>One party of a measured alignment, with its identifiers in memory; in a process with the others or in one of its own.</summary>
internal sealed class AlignmentParty
{
    private static readonly IdentifierColumn Column = new("patient_id", IdentifierKind.Text);

    private readonly PartyId[] _parties;
    private readonly int _self;
    private readonly string _protocol;
    private readonly string[] _identifiers;

    /// <param name="options">What is measured.</param>
    /// <param name="self">Which party, from 0, the leader.</param>
    /// <param name="common">The identifiers that all parties have.</param>
    public AlignmentParty(AlignmentBenchmarkOptions options, int self, string[] common)
    {
        _parties = IdsOf(options.Parties);
        _self = self;
        _protocol = options.Protocol;
        _identifiers = [.. common, .. Enumerable.Range(common.Length, options.Size - common.Length).Select(i => $"{self + 1}{i:D8}")];
    }

    /// <summary>The parties in their order, which is ordinal too.</summary>
    public static PartyId[] IdsOf(int parties) => [.. Enumerable.Range(0, parties).Select(i => new PartyId(i == 0 ? "hospital" : $"lab-{i}"))];

    /// <summary>Half of every party's identifiers: those that are everybody's.</summary>
    public static string[] CommonTo(AlignmentBenchmarkOptions options) => [.. Enumerable.Range(0, options.Size / 2).Select(i => $"{i:D8}")];

    /// <summary>Aligns once, from identifiers in memory to row numbers.</summary>
    /// <param name="channels">This party's channels.</param>
    /// <param name="start">When the alignment began, a timestamp of <see cref="Stopwatch"/>.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidOperationException">The rows are not those of the common identifiers.</exception>
    public async Task<AlignmentEnd> RunAsync(IReadOnlyDictionary<PartyId, Channel> channels, long start, CancellationToken cancellationToken)
    {
        var role = new AlignmentRole
        {
            Self = _parties[_self], Leader = _parties[0], Parties = _parties, Study = default, Run = default, Attempt = 1, MinimumPatients = 1, Protocol = _protocol,
        };
        var clock = new StageClock(_parties[_self].Value, start);
        AlignmentResult result = await Aligner.RunAsync(role, [ItemSet.Build(default, [Column], [_identifiers])], channels, clock, cancellationToken);
        return new AlignmentEnd(HashOf(result.Rows), clock.Stop());
    }

    private string HashOf(IReadOnlyList<int> rows)
    {
        int common = _identifiers.Length / 2;
        var seen = new bool[common];
        foreach (int row in rows)
        {
            if (row >= common || seen[row])
            {
                throw new InvalidOperationException($"Party '{_parties[_self]}' got a row that is none of the {common} common ones, or one of them twice.");
            }

            seen[row] = true;
        }

        return rows.Count == common
            ? Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<int>((int[])[.. rows])))
            : throw new InvalidOperationException($"Party '{_parties[_self]}' got {rows.Count} rows of the {common} common ones.");
    }
}
