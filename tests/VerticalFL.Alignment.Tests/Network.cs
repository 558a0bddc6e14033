using VerticalFL.Alignment.Identifiers;
using VerticalFL.Alignment.Oprfs;
using VerticalFL.Messages;
using VerticalFL.Transport;

namespace VerticalFL.Alignment.Tests;

/// <summary>
/// A channel between every pair of parties in this process, and one alignment over them, in which a party hangs up when it ends.
/// </summary>
internal sealed class Network
{
    private readonly Dictionary<PartyId, Dictionary<PartyId, Channel>> _channels;

    public Network(PartyId[] parties, Tamper? tamper = null, ChannelOptions? options = null)
    {
        Parties = parties;
        _channels = parties.ToDictionary(p => p, _ => new Dictionary<PartyId, Channel>());
        for (int i = 0; i < parties.Length; i++)
        {
            for (int j = i + 1; j < parties.Length; j++)
            {
                (PartyId a, PartyId b) = (parties[i], parties[j]);
                (Channel ab, Channel ba) = tamper is null
                    ? Channel.CreateInMemoryPair(a, b, options, options)
                    : TamperingLink.CreatePair(a, b, tamper);
                _channels[a][b] = ab;
                _channels[b][a] = ba;
            }
        }
    }

    public PartyId[] Parties { get; }

    public Func<PartyId, AlignmentRole, AlignmentRole> Adjust { get; init; } = (_, role) => role;

    public int Minimum { get; init; } = 1;

    public IOprf? Oprf { get; init; }

    /// <summary>The protocol, when <see cref="Oprf"/> does not stand in for it.</summary>
    public string Protocol { get; init; } = "ecdh";

    public IProgress<AlignmentProgress>? Progress { get; init; }

    /// <summary>When whoever still waits is told to stop.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether a party was still waiting when the time for a test was over.</summary>
    public bool OutOfPatience { get; private set; }

    public IReadOnlyDictionary<PartyId, Channel> ChannelsOf(PartyId party) => _channels[party];

    /// <summary>Every party's result, or what it failed with.</summary>
    public Task<(AlignmentResult? Result, Exception? Failure)[]> TryRunAsync(params ItemSet[] sets) =>
        TryRunAsync(sets, CancellationToken.None);

    public Task<(AlignmentResult? Result, Exception? Failure)[]> TryRunAsync(ItemSet[] sets, CancellationToken cancellationToken) =>
        TryRunAsync([.. sets.Select(s => (IReadOnlyList<ItemSet>)[s])], cancellationToken);

    /// <summary>The same with several keys at each party.</summary>
    public async Task<(AlignmentResult? Result, Exception? Failure)[]> TryRunAsync(IReadOnlyList<ItemSet>[] keys, CancellationToken cancellationToken = default)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(Patience);
        (AlignmentResult?, Exception?)[] all = await Task.WhenAll(Parties.Select((p, i) => Task.Run(() => TryRunAsync(p, keys[i], patience.Token))));
        OutOfPatience = patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested;
        return all;
    }

    /// <summary>Every party's result; fails when one has none.</summary>
    public Task<AlignmentResult[]> RunAsync(params ItemSet[] sets) => RunAsync([.. sets.Select(s => (IReadOnlyList<ItemSet>)[s])]);

    /// <summary>The same with several keys at each party.</summary>
    public async Task<AlignmentResult[]> RunAsync(IReadOnlyList<ItemSet>[] keys)
    {
        (AlignmentResult? Result, Exception? Failure)[] all = await TryRunAsync(keys);
        Exception? failure = all.Select(r => r.Failure).OrderBy(f => f is ChannelLostException).FirstOrDefault(f => f is not null);
        return failure is null ? [.. all.Select(r => r.Result!)] : throw new InvalidOperationException(failure.ToString(), failure);
    }

    private async Task<(AlignmentResult?, Exception?)> TryRunAsync(PartyId party, IReadOnlyList<ItemSet> keys, CancellationToken cancellationToken)
    {
        try
        {
            AlignmentRole role = Adjust(party, Party.Role(party, Parties, Minimum) with { Protocol = Protocol });
            return (Oprf is null
                ? await Aligner.RunAsync(role, keys, _channels[party], Progress, cancellationToken)
                : await Aligner.RunAsync(role, Oprf, keys, _channels[party], Progress, cancellationToken), null);
        }
        catch (Exception e)
        {
            return (null, e);
        }
        finally
        {
            await Task.WhenAll(_channels[party].Values.Select(c => c.DisposeAsync().AsTask()));
        }
    }
}
