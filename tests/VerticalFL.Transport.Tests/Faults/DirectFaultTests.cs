using VerticalFL.Testing.Faults;
using VerticalFL.Transport.Tests.Links;

namespace VerticalFL.Transport.Tests.Faults;

/// <summary>Faults on direct links.</summary>
public sealed class DirectFaultTests : FaultContract
{
    protected override Task<LinesUnderTest> OpenAsync(ChannelOptions options, params Fault[] faults)
    {
        var pair = new DirectPair();
        var proxy = new FaultProxy(pair.Listener.Endpoint.Port, faults);
        (Channel a, Channel b) = pair.Open(proxy.Port, options);
        return Task.FromResult(new LinesUnderTest(a, b, proxy, pair.DisposeAsync));
    }
}
