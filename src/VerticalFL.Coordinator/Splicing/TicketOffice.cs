using System.Security.Cryptography;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Links;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>
/// Pairs ticket requests and redeems tickets. A ticket is 32 bytes from the operating system's generator, good once, for 30 seconds;
/// only its SHA-256 is kept, so that looking it up tells nothing by its timing.
/// </summary>
internal sealed class TicketOffice : IAsyncDisposable
{
    private static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RateWindow = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan TicketLifetime = TimeSpan.FromSeconds(TicketGrant.LifetimeSeconds);

    private readonly RelayOptions _options;
    private readonly IControlHandler _handler;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly Dictionary<SpliceKey, Rendezvous> _meetings = [];
    private readonly Dictionary<string, Seat> _tickets = [];
    private readonly Dictionary<RunId, long> _carried = [];
    private readonly Allowance _rate;
    private readonly Tally _refusals;
    private readonly ITimer _sweeper;

    public TicketOffice(RelayOptions options, IControlHandler handler, TimeProvider time, ILogger logger)
    {
        _options = options;
        _handler = handler;
        _time = time;
        _logger = logger;
        _rate = new Allowance(options.TicketsPerTenSeconds, RateWindow, time);
        _refusals = new Tally(time, more => Log.TicketsRefusedMore(logger, more, Tally.Interval.TotalSeconds));
        _sweeper = time.CreateTimer(_ => Sweep(), null, SweepInterval, SweepInterval);
    }

    /// <summary>What is spliced now.</summary>
    public IReadOnlyList<SpliceTraffic> Traffic()
    {
        lock (_gate)
        {
            return
            [
                .. _meetings.Values.Where(m => m.IsSpliced).Select(m => new SpliceTraffic(
                    m.Key.Study, m.Key.Run, m.Key.Attempt, m.Key.Stream, m.Key.Lower, m.Key.Upper, m.BytesFrom(0), m.BytesFrom(1))),
            ];
        }
    }

    /// <summary>All bytes that splices of a run have carried, those that are over included.</summary>
    public long BytesOf(RunId run)
    {
        lock (_gate)
        {
            return _carried.GetValueOrDefault(run) + _meetings.Values.Where(m => m.Key.Run == run).Sum(m => m.BytesFrom(0) + m.BytesFrom(1));
        }
    }

    /// <summary>Takes a request; the answers to it, and to the peer's, are sent before this returns or later.</summary>
    public async ValueTask RequestAsync(AgentSession session, TicketRequest request, CancellationToken cancellationToken)
    {
        if (Refusal(session, request) is { } refusal)
        {
            if (_refusals.IsFirst())
            {
                Log.TicketRefused(_logger, session.Party, request.Peer, refusal.Reason);
            }

            await session.SendAsync(refusal, cancellationToken);
            return;
        }

        List<(AgentSession To, TicketGrant? Grant, Refusal? Refusal)> letters = [];
        lock (_gate)
        {
            Register(session, request, letters);
        }

        foreach ((AgentSession to, TicketGrant? grant, Refusal? no) in letters)
        {
            try
            {
                await (grant is not null ? to.SendAsync(grant, cancellationToken) : to.SendAsync(no!, cancellationToken));
            }
            catch (IOException) when (to != session)
            {
                // The peer's agent went away this moment; its ticket will expire, and this agent will ask again.
            }
        }
    }

    /// <summary>Redeems a ticket.</summary>
    /// <returns>The meeting and the side, or null when the ticket is unknown, used or too old.</returns>
    public (Rendezvous Meeting, int Side)? Redeem(ReadOnlySpan<byte> ticket)
    {
        string name = NameOf(ticket);
        lock (_gate)
        {
            return _tickets.Remove(name, out Seat? seat) && !seat.Meeting.Over.IsCancellationRequested
                && _time.GetElapsedTime(seat.Meeting.GrantedAt) < TicketLifetime
                ? (seat.Meeting, seat.Side)
                : null;
        }
    }

    /// <summary>A meeting is over.</summary>
    public void Remove(Rendezvous meeting)
    {
        lock (_gate)
        {
            Forget(meeting);
        }
    }

    /// <summary>An agent is gone: its open requests with it. Splices stay; they need no control connection.</summary>
    public void Forget(AgentSession session)
    {
        lock (_gate)
        {
            foreach (Rendezvous meeting in _meetings.Values.Where(m => m.GrantedAt == 0).ToArray())
            {
                for (int side = 0; side < 2; side++)
                {
                    if (meeting.Asked[side]?.Session == session)
                    {
                        meeting.Asked[side] = null;
                    }
                }

                if (meeting.Asked is [null, null])
                {
                    Forget(meeting);
                }
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _sweeper.DisposeAsync();
        lock (_gate)
        {
            foreach (Rendezvous meeting in _meetings.Values.ToArray())
            {
                Forget(meeting);
            }
        }

        _refusals.Dispose();
    }

    private static string NameOf(ReadOnlySpan<byte> ticket) => Convert.ToHexString(SHA256.HashData(ticket));

    private Refusal? Refusal(AgentSession session, TicketRequest request)
    {
        Refusal No(RefusalCode code, string reason) => new(request.Request, code, reason);
        if (!_rate.TryTake(session.Party))
        {
            return No(RefusalCode.TooMany, $"party '{session.Party}' asked for more than {_options.TicketsPerTenSeconds} tickets in {RateWindow.TotalSeconds:0} s");
        }

        if (request.Peer == session.Party || request.Peer == PartyId.Coordinator)
        {
            return No(RefusalCode.NotAllowed, $"party '{session.Party}' cannot open a channel to '{request.Peer}'");
        }

        return _handler.MayConnect(session.Party, request.Peer, request, out string reason) ? null : No(RefusalCode.NotAllowed, reason);
    }

    private void Register(AgentSession session, TicketRequest request, List<(AgentSession To, TicketGrant? Grant, Refusal? Refusal)> letters)
    {
        SpliceKey key = SpliceKey.Of(session.Party, request);
        int side = key.Lower == session.Party ? 0 : 1;
        if (_meetings.TryGetValue(key, out Rendezvous? meeting) && meeting.GrantedAt != 0)
        {
            // Who asks has no link any more, whatever the old splice looks like from here; cutting it tells the peer at once.
            Forget(meeting);
            meeting = null;
        }

        if (meeting is null)
        {
            if (_meetings.Keys.Count(k => k.Concerns(session.Party)) >= _options.MaxChannelsPerParty)
            {
                letters.Add((session, null, new Refusal(
                    request.Request, RefusalCode.TooMany, $"party '{session.Party}' has {_options.MaxChannelsPerParty} channels already")));
                return;
            }

            meeting = new Rendezvous(key);
            _meetings.Add(key, meeting);
        }

        if (meeting.Asked[side] is { } older)
        {
            letters.Add((older.Session, null, new Refusal(older.Request.Request, RefusalCode.Superseded, "a newer request for the same channel took its place")));
        }

        long now = _time.GetTimestamp();
        meeting.Asked[side] = new Rendezvous.Pending(session, request, now);
        if (meeting.Asked is not [{ } lower, { } upper])
        {
            return;
        }

        meeting.GrantedAt = meeting.LastTraffic = now;
        letters.Add((lower.Session, Grant(meeting, 0, lower.Request), null));
        letters.Add((upper.Session, Grant(meeting, 1, upper.Request), null));
    }

    private TicketGrant Grant(Rendezvous meeting, int side, TicketRequest request)
    {
        byte[] ticket = RandomNumberGenerator.GetBytes(TicketGrant.TicketSize);
        _tickets.Add(NameOf(ticket), new Seat(meeting, side));
        return new TicketGrant(request.Request, ticket);
    }

    private void Forget(Rendezvous meeting)
    {
        if (_meetings.TryGetValue(meeting.Key, out Rendezvous? current) && current == meeting)
        {
            _meetings.Remove(meeting.Key);
            _carried[meeting.Key.Run] = _carried.GetValueOrDefault(meeting.Key.Run) + meeting.BytesFrom(0) + meeting.BytesFrom(1);
        }

        foreach (string name in _tickets.Where(t => t.Value.Meeting == meeting).Select(t => t.Key).ToArray())
        {
            _tickets.Remove(name);
        }

        meeting.End();
    }

    private void Sweep()
    {
        List<Rendezvous.Pending> late = [];
        lock (_gate)
        {
            foreach (Rendezvous meeting in _meetings.Values.ToArray())
            {
                if (meeting.GrantedAt == 0)
                {
                    for (int side = 0; side < 2; side++)
                    {
                        if (meeting.Asked[side] is { } pending && _time.GetElapsedTime(pending.Since) >= _options.RequestLifetime)
                        {
                            late.Add(pending);
                            meeting.Asked[side] = null;
                        }
                    }

                    if (meeting.Asked is [null, null])
                    {
                        Forget(meeting);
                    }
                }
                else if (!meeting.IsSpliced ? _time.GetElapsedTime(meeting.GrantedAt) >= TicketLifetime
                    : _time.GetElapsedTime(meeting.LastTraffic) >= _options.SpliceSilenceLimit)
                {
                    Forget(meeting);
                }
            }
        }

        foreach (Rendezvous.Pending pending in late)
        {
            _ = TellLateAsync(pending);
        }
    }

    private async Task TellLateAsync(Rendezvous.Pending pending)
    {
        try
        {
            await pending.Session.SendAsync(
                new Refusal(
                    pending.Request.Request,
                    RefusalCode.PeerAbsent,
                    $"party '{pending.Request.Peer}' has not asked for the same channel within {_options.RequestLifetime.TotalSeconds:0} s"),
                CancellationToken.None);
        }
        catch (IOException)
        {
            // Its agent is gone, so nobody waits for the answer.
        }
    }

    private sealed record Seat(Rendezvous Meeting, int Side);
}
