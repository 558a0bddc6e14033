using VerticalFL.Messages.Control;
using VerticalFL.Testing;
using VerticalFL.Transport.Delivery;
using VerticalFL.Transport.Links;
using VerticalFL.Transport.Relay;
using Xunit;

namespace VerticalFL.Transport.Tests.Links;

/// <summary>How long an end waits behind its last word: by the clock that it was given, and no longer than the other end stays.</summary>
public sealed class LastWordTests
{
    private readonly ManualTime _time = new();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Peer_that_does_not_hang_up_is_waited_for_as_long_as_the_given_clock_says(bool control)
    {
        (Stream mine, Stream theirs) = await PairAsync();
        Task saying = Say(control, mine, CancellationToken.None);
        await theirs.ReadExactlyAsync(new byte[5]).AsTask().SoonAsync();
        await Eventually.TrueAsync(() => _time.TimersSet == 1);

        _time.Advance(LastWord.Patience - TimeSpan.FromMilliseconds(1));
        await Task.Yield();
        Assert.False(saying.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        await saying.SoonAsync();
        await theirs.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Peer_that_hangs_up_ends_the_wait_at_once(bool control)
    {
        (Stream mine, Stream theirs) = await PairAsync();
        Task saying = Say(control, mine, CancellationToken.None);
        await theirs.DisposeAsync();

        await saying.SoonAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Cancelling_ends_the_wait(bool control)
    {
        (Stream mine, Stream theirs) = await PairAsync();
        using var cancel = new CancellationTokenSource();
        Task saying = Say(control, mine, cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => saying.SoonAsync());
        await theirs.DisposeAsync();
    }

    [Fact]
    public async Task Peer_that_keeps_talking_is_not_listened_to_for_ever()
    {
        (Stream mine, Stream theirs) = await PairAsync();
        Task saying = Say(control: false, mine, CancellationToken.None);
        using var stop = new CancellationTokenSource();
        Task talking = TalkAsync(theirs, stop.Token);

        await saying.SoonAsync();

        await stop.CancelAsync();
        await mine.DisposeAsync();
        await talking.SoonAsync();
    }

    private static async Task TalkAsync(Stream stream, CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                await stream.WriteAsync(new byte[8192], cancellationToken);
                await stream.FlushAsync(cancellationToken);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // Enough was said.
        }
    }

    private static async Task<(Stream Mine, Stream Theirs)> PairAsync()
    {
        var link = new InMemoryLink();
        Task<Stream> mine = link.A.DialAsync(CancellationToken.None);
        Stream theirs = await link.B.DialAsync(CancellationToken.None);
        return (await mine, theirs);
    }

    private Task Say(bool control, Stream stream, CancellationToken cancellationToken) => control
        ? new ControlConnection(stream, TestChannels.B).SayLastAsync(new Ping(1), _time, cancellationToken)
        : LinkHandshake.RefuseAsync(stream, "no", _time, cancellationToken);
}
