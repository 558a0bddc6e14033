using System.Collections.Concurrent;
using VerticalFL.Agent.Runs;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport;
using Xunit;
using static VerticalFL.Agent.Tests.Studies.DeskFixture;

namespace VerticalFL.Agent.Tests.Runs;

/// <summary>What the coordinator is told of missing links: the newest of each, not too often, and again after the control link itself was down.</summary>
public sealed class LinkVoiceTests
{
    private readonly ManualTime _time = new();
    private readonly SwitchedVoice _voice = new();
    private readonly LinkVoice _links;
    private readonly ActiveRun _attempt = new(Run(1), new NewestAttempt(3, null), Document());

    public LinkVoiceTests() => _links = new LinkVoice(_voice, _time);

    [Fact]
    public async Task First_notice_is_told_at_once_and_those_that_follow_soon_as_one()
    {
        IProgress<LinkNotice> listener = _links.Of(_attempt);
        listener.Report(Down(LinkFault.Closed, 0));
        await ToldAsync(new LinkReport(Run(1), 3, Hospital, false, LinkFault.Closed, 0, 0, 0));
        await Eventually.TrueAsync(() => _time.TimersSet == 1);

        for (int tries = 1; tries <= 5; tries++)
        {
            listener.Report(Down(LinkFault.ConnectionRefused, tries));
        }

        Assert.Single(_voice.Told);
        _time.Advance(TimeSpan.FromMilliseconds(250));

        // It is that much older by the time at which it is told, and its next try that much nearer.
        await ToldAsync(new LinkReport(Run(1), 3, Hospital, false, LinkFault.ConnectionRefused, 250, 5, 1_750));
        Assert.Equal(2, _voice.Told.Count);
    }

    [Fact]
    public async Task While_the_control_link_is_down_the_newest_waits_and_what_was_told_is_told_again()
    {
        IProgress<LinkNotice> listener = _links.Of(_attempt);
        listener.Report(Down(LinkFault.Cut, 0, Pharmacy));
        await ToldAsync(new LinkReport(Run(1), 3, Pharmacy, false, LinkFault.Cut, 0, 0, 0));
        await SettledAsync();
        _voice.IsUp = false;
        listener.Report(Down(LinkFault.Closed, 0));
        listener.Report(Down(LinkFault.CoordinatorAway, 4));
        listener.Report(new LinkNotice(Hospital, true, LinkFault.CoordinatorAway, TimeSpan.FromSeconds(3), 0, TimeSpan.Zero));
        await SettledAsync();
        Assert.Single(_voice.Told);

        _voice.IsUp = true;
        _links.Repeat();

        await ToldAsync(new LinkReport(Run(1), 3, Hospital, true, LinkFault.CoordinatorAway, 3_000, 0, 0));
        await Eventually.TrueAsync(() => _voice.Told.Count(t => t.Peer == Pharmacy) == 2);

        // A link that is up is told once.
        await SettledAsync();
        _links.Repeat();
        await Eventually.TrueAsync(() => _voice.Told.Count(t => t.Peer == Pharmacy) == 3);
        Assert.Single(_voice.Told, t => t.Peer == Hospital);
    }

    [Fact]
    public async Task Nothing_is_told_of_an_attempt_that_is_over_or_is_being_stopped()
    {
        IProgress<LinkNotice> listener = _links.Of(_attempt);
        _voice.IsUp = false;
        listener.Report(Down(LinkFault.Cut, 0));
        await SettledAsync();
        _links.Forget(Run(1));
        _attempt.Stop(AttemptCause.Stopped);
        listener.Report(Down(LinkFault.Closed, 1));

        _voice.IsUp = true;
        _links.Repeat();
        await SettledAsync();

        Assert.Empty(_voice.Told);
    }

    private static LinkNotice Down(LinkFault fault, int tries, PartyId? peer = null) =>
        new(peer ?? Hospital, false, fault, TimeSpan.Zero, tries, TimeSpan.FromSeconds(tries > 0 ? 2 : 0));

    private Task ToldAsync(LinkReport report) => Eventually.TrueAsync(() => _voice.Told.Contains(report), () => string.Join("; ", _voice.Told));

    /// <summary>Until the telling has nothing left to tell.</summary>
    private Task SettledAsync() => Eventually.TrueAsync(() =>
    {
        if (_links.IsTelling && _time.TimersSet > 0)
        {
            _time.Advance(TimeSpan.FromMilliseconds(250));
        }

        return !_links.IsTelling;
    });

    private sealed class SwitchedVoice : ICoordinatorVoice
    {
        public ConcurrentQueue<LinkReport> Told { get; } = [];

        public bool IsUp { get; set; } = true;

        public Task<bool> TryTellAsync<T>(T message, CancellationToken cancellationToken)
            where T : IMessage<T>
        {
            if (IsUp)
            {
                Told.Enqueue(Assert.IsType<LinkReport>(message));
            }

            return Task.FromResult(IsUp);
        }
    }
}
