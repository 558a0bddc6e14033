using System.Collections.Concurrent;
using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using Xunit;

namespace VerticalFL.Transport.Tests.Delivery;

/// <summary>What a channel tells of a link that is missing: kinds of reasons, never their text.</summary>
public sealed class LinkOutageTests
{
    private readonly ManualTime _time = new();
    private readonly Notices _notices = new();

    [Fact]
    public void Link_that_comes_up_at_the_first_try_is_no_news()
    {
        new LinkOutage(TestChannels.B, _notices, _time).End();

        Assert.Empty(_notices.All);
    }

    [Fact]
    public void Outage_is_told_at_each_try_and_at_its_end_with_the_reason_that_held_longest()
    {
        var outage = new LinkOutage(TestChannels.B, _notices, _time);
        outage.Begin(LinkFault.Closed);
        Pass(1);
        outage.Tried(LinkFault.CoordinatorAway, 1, TimeSpan.FromSeconds(2));
        Pass(2);
        outage.Waits(LinkFault.CoordinatorAway);
        Pass(3);
        outage.Tried(LinkFault.PeerAbsent, 2, TimeSpan.FromSeconds(2));
        Pass(2);
        outage.End();
        outage.End();

        Assert.Equal(
            [
                Down(LinkFault.Closed, 0, 0, 0),
                Down(LinkFault.CoordinatorAway, 1, 1, 2),
                Down(LinkFault.CoordinatorAway, 3, 1, 0),
                Down(LinkFault.PeerAbsent, 6, 2, 2),
                new LinkNotice(TestChannels.B, true, LinkFault.CoordinatorAway, TimeSpan.FromSeconds(8), 0, TimeSpan.Zero),
            ],
            _notices.All);

        // The next one begins anew.
        Pass(60);
        outage.Begin(LinkFault.Cut);
        Pass(1);
        outage.End();
        Assert.Equal(new LinkNotice(TestChannels.B, true, LinkFault.Cut, TimeSpan.FromSeconds(1), 0, TimeSpan.Zero), _notices.All.Last());
    }

    [Fact]
    public async Task Channel_that_finds_nobody_tells_each_try_and_is_lost_with_the_same_kind_of_reason()
    {
        ChannelOptions options = TestChannels.Options with { Links = _notices, ResumeDeadline = TimeSpan.FromSeconds(1) };
        Channel channel = TestChannels.Start(TestChannels.A, TestChannels.B, new Failing(new LinkProblemException(LinkFault.ConnectionRefused, "10.1.2.3 refuses")), options);

        ChannelLostException lost = await Assert.ThrowsAsync<ChannelLostException>(() => channel.ReceiveAsync<TestBlob>(CancellationToken.None).AsTask().SoonAsync());

        Assert.Equal((TestChannels.B, LinkFault.ConnectionRefused), (lost.Peer, lost.Fault));
        LinkNotice[] told = [.. _notices.All];
        Assert.InRange(told.Length, 2, 100);
        Assert.All(told, n => Assert.Equal((false, LinkFault.ConnectionRefused), (n.IsUp, n.Fault)));
        Assert.Equal(Enumerable.Range(1, told.Length), told.Select(n => n.Tries));
        Assert.All(told, n => Assert.InRange(n.NextTry, TimeSpan.FromMilliseconds(1), RedialPolicy.QuickCap));
        await channel.DisposeAsync();
    }

    [Fact]
    public async Task Link_that_was_cut_is_told_and_so_is_the_next_one_that_comes_up()
    {
        int links = 0;
        (Channel a, Channel b) = TestChannels.Pair(
            s => Interlocked.Increment(ref links) == 1 ? new SpoiltStream(s, 2_000) : s, options: TestChannels.Options with { Links = _notices });
        await a.SendAsync(TestBlob.Of(1, 20_000), CancellationToken.None);
        await b.ReceiveAsync<TestBlob>(CancellationToken.None).AsTask().SoonAsync();

        await Eventually.TrueAsync(() => _notices.All.Count(n => n.IsUp) == 2);
        Assert.All(_notices.All, n => Assert.Contains(n.Fault, (LinkFault[])[LinkFault.Cut, LinkFault.Closed]));
        await Task.WhenAll(a.DisposeAsync().AsTask(), b.DisposeAsync().AsTask());
        Assert.Equal(2, _notices.All.Count(n => n.IsUp));
    }

    [Theory]
    [InlineData(LinkFault.Closed, typeof(EndOfStreamException))]
    [InlineData(LinkFault.TimedOut, typeof(OperationCanceledException))]
    [InlineData(LinkFault.Cut, typeof(IOException))]
    [InlineData(LinkFault.Cut, typeof(ObjectDisposedException))]
    public void Failures_that_name_no_kind_have_one_all_the_same(LinkFault fault, Type failure) =>
        Assert.Equal(fault, LinkProblemException.FaultOf((Exception)Activator.CreateInstance(failure, "x")!));

    [Fact]
    public void Every_fault_has_words_of_its_own()
    {
        string[] words = [.. Enum.GetValues<LinkFault>().Select(f => f.InWords())];

        Assert.Equal(words.Length, words.Distinct().Count());
        Assert.All(words, w => Assert.False(w.EndsWith('.')));
    }

    private static LinkNotice Down(LinkFault fault, int down, int tries, int next) =>
        new(TestChannels.B, false, fault, TimeSpan.FromSeconds(down), tries, TimeSpan.FromSeconds(next));

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));

    private sealed class Failing(Exception problem) : ILinkDialer
    {
        public Task<Stream> DialAsync(CancellationToken cancellationToken) => Task.FromException<Stream>(problem);
    }

    private sealed class Notices : IProgress<LinkNotice>
    {
        public ConcurrentQueue<LinkNotice> All { get; } = [];

        public void Report(LinkNotice value) => All.Enqueue(value);
    }
}
