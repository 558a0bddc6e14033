using VerticalFL.Simulation.Services;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Simulation.Tests.Services;

public sealed class SupervisedServiceTests
{
    private readonly List<FakeService> _started = [];
    private readonly List<string> _notes = [];

    [Fact]
    public async Task Service_that_ends_unasked_is_started_again_and_noted()
    {
        await using SupervisedService service = await StartAsync();

        _started[0].End("vfl agent (lab) ended with exit code 137.");
        await Eventually.TrueAsync(() => _started.Count == 2);

        Assert.Equal(7000, service.Port);
        Assert.False(service.Ended.IsCompleted);
        Assert.Equal("vfl agent (lab) ended with exit code 137. It is started again.", Assert.Single(_notes));
    }

    [Fact]
    public async Task Too_many_ends_within_a_minute_are_final()
    {
        await using SupervisedService service = await StartAsync(restartsPerMinute: 3);
        for (int i = 0; i < 4; i++)
        {
            await Eventually.TrueAsync(() => _started.Count == i + 1);
            _started[i].End($"It ended ({i}).");
        }

        Assert.Equal("It ended (3). It had been started again 3 times within a minute.", await service.Ended.SoonAsync());
        Assert.Equal(4, _started.Count);
    }

    [Fact]
    public async Task Start_that_fails_at_first_is_told_and_later_ones_are_tried_again()
    {
        SimulationException first = await Assert.ThrowsAsync<SimulationException>(() => StartAsync(fails: 1));
        Assert.Equal("It did not start.", first.Message);

        await using SupervisedService service = await StartAsync(succeeds: 1, fails: 2);
        _started[0].End("It ended.");
        await Eventually.TrueAsync(() => _started.Count == 2);
        Assert.Equal(["It ended. It is started again.", "It did not start. It is started again.", "It did not start. It is started again."], _notes);
    }

    [Fact]
    public async Task Disposed_service_is_stopped_and_not_started_again()
    {
        SupervisedService service = await StartAsync();

        await service.DisposeAsync();

        Assert.True(service.Ended.IsCompleted);
        Assert.True(Assert.Single(_started).Disposed);
        Assert.Empty(_notes);
    }

    private Task<SupervisedService> StartAsync(int restartsPerMinute = 5, int succeeds = 0, int fails = 0) => SupervisedService.StartAsync(
        _ =>
        {
            if (succeeds-- <= 0 && fails-- > 0)
            {
                throw new SimulationException("It did not start.");
            }

            _started.Add(new FakeService());
            return Task.FromResult<IService>(_started[^1]);
        },
        restartsPerMinute,
        _notes.Add,
        TimeProvider.System,
        TestContext.Current.CancellationToken);

    private sealed class FakeService : IService
    {
        private readonly TaskCompletionSource<string> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public int Port => 7000;

        public Task<string> Ended => _ended.Task;

        public bool Disposed { get; private set; }

        public void End(string text) => _ended.SetResult(text);

        public ValueTask DisposeAsync()
        {
            Disposed = true;
            _ended.TrySetResult("It was stopped.");
            return ValueTask.CompletedTask;
        }
    }
}
