using System.Collections.Concurrent;
using VerticalFL.Testing;

namespace VerticalFL.Transport.Tests.Links;

public sealed class InMemoryLinkTests : LinkContract
{
    protected override Task<LinkUnderTest> OpenAsync(ChannelOptions options)
    {
        var streams = new ConcurrentStack<Stream>();
        (Channel a, Channel b) = TestChannels.Pair(
            s =>
            {
                streams.Push(s);
                return s;
            },
            options: options);
        return Task.FromResult(new LinkUnderTest(
            a,
            b,
            () =>
            {
                if (streams.TryPeek(out Stream? current))
                {
                    current.Dispose();
                }
            },
            () => ValueTask.CompletedTask));
    }
}
