using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Tests.Studies;
using VerticalFL.Governance.Audit;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Testing;
using VerticalFL.Transport;
using Xunit;
using static VerticalFL.Agent.Tests.Studies.DeskFixture;

namespace VerticalFL.Agent.Tests.Runs;

/// <summary>The heads that the lab keeps of the hospital's log, and which of them it refuses.</summary>
public sealed class HeadExchangeTests : IAsyncDisposable
{
    private readonly DeskFixture _fixture = new();
    private readonly TemporaryDirectory _hospitalState = new(), _otherState = new();
    private readonly ServiceIdentity _hospital;
    private readonly AuditLog _hospitalLog;
    private readonly Channel _toHospital, _toLab;
    private readonly HeadExchange _heads;

    public HeadExchangeTests()
    {
        _hospital = _fixture.Identity(Hospital);
        _hospitalLog = AuditLog.Open(_hospitalState.Path, _hospital);
        var options = new ChannelOptions { Apart = HeadExchange.Types };
        (_toHospital, _toLab) = Channel.CreateInMemoryPair(Lab, Hospital, options, options);
        var run = new ActiveRun(Run(1), new NewestAttempt(1, null), Document());
        _heads = new HeadExchange(_fixture.Audit, run, new RunChannels(run, new Dictionary<PartyId, Channel> { [Hospital] = _toHospital }));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_toHospital.CloseAsync(TimeSpan.Zero).AsTask(), _toLab.CloseAsync(TimeSpan.Zero).AsTask());
        await _heads.DisposeAsync();
        _hospitalLog.Dispose();
        _hospital.Dispose();
        _hospitalState.Dispose();
        _otherState.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Start_and_end_wait_for_the_peer_and_a_checkpoint_does_not()
    {
        Task start = _heads.RunAsync(Token);
        Assert.False(start.IsCompleted);
        await TellAsync(_hospitalLog);
        await start.SoonAsync();

        await _heads.SendAsync(Token).SoonAsync();
        await _heads.SendAsync(Token).SoonAsync();
        Assert.Equal(1, Kept);
        Task end = _heads.RunAsync(Token);
        await TellAsync(_hospitalLog);
        await TellAsync(_hospitalLog);
        await Eventually.TrueAsync(() => Kept == 3);
        Assert.False(end.IsCompleted);
        await TellAsync(_hospitalLog);
        await end.SoonAsync();
        Assert.Equal(4, Kept);

        // And the hospital has heard of the lab's at each point.
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Lab, (await _toLab.ReceiveApartAsync<AuditHead>(Token)).Party);
        }
    }

    [Fact]
    public async Task Head_of_the_end_counts_although_the_peer_has_closed_the_channel()
    {
        Task end = _heads.RunAsync(Token);
        await _toLab.ReceiveApartAsync<AuditHead>(Token);
        await TellAsync(_hospitalLog);
        await _toLab.DisposeAsync();

        await end.SoonAsync();

        Assert.Equal(1, Kept);
    }

    [Fact]
    public async Task Peer_that_goes_before_its_head_has_come_is_missed()
    {
        Task start = _heads.RunAsync(Token);

        await _toLab.DisposeAsync();

        await Assert.ThrowsAsync<ChannelLostException>(() => start.SoonAsync());
    }

    [Fact]
    public async Task Flood_of_heads_is_refused_at_the_next_point_and_not_written()
    {
        for (int i = 0; i < 100; i++)
        {
            await TellAsync(_hospitalLog);
        }

        await RefusedAsync("more heads");
        Assert.Equal(1, Kept);
    }

    [Fact]
    public async Task Log_that_has_become_shorter_is_refused()
    {
        _hospitalLog.Append(AuditKind.StudyOffered);
        await TellAsync(_hospitalLog);
        await _heads.RunAsync(Token).SoonAsync();
        using AuditLog other = AuditLog.Open(_otherState.Path, _hospital);

        await TellAsync(other);

        await RefusedAsync("it was cut");
    }

    [Fact]
    public async Task Log_whose_record_is_another_than_before_is_refused()
    {
        await TellAsync(_hospitalLog);
        await _heads.RunAsync(Token).SoonAsync();
        using AuditLog other = AuditLog.Open(_otherState.Path, _hospital, new ManualClock(TimeProvider.System.GetUtcNow().AddMinutes(1)));

        await TellAsync(other);

        await RefusedAsync("it was rewritten");
    }

    [Fact]
    public async Task Head_of_somebody_else_is_refused()
    {
        await TellAsync(_fixture.Audit);

        await RefusedAsync("the head of 'lab'");
    }

    private int Kept => AuditVerifier.ReadHeads(Path.Combine(_fixture.State, AuditLog.FileName), Hospital).Count;

    private Task TellAsync(AuditLog log) => _toLab.SendAsync(log.Head(), Token).AsTask();

    private async Task RefusedAsync(string why)
    {
        PeerProtocolException? refused = null;
        await Eventually.TrueAsync(() => (refused = Refusal()) is not null);
        Assert.Equal(Hospital, refused!.Peer);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);

        // A checkpoint's point, whenever the next one is.
        PeerProtocolException? Refusal()
        {
            try
            {
                _heads.ThrowIfRefused();
                return null;
            }
            catch (PeerProtocolException e)
            {
                return e;
            }
        }
    }
}
