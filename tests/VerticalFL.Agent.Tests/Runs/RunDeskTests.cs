using System.Collections;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Agent.Predictions;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Tests.Studies;
using VerticalFL.Data;
using VerticalFL.Governance.Policies;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using VerticalFL.Training.Engines;
using VerticalFL.Transport;
using VerticalFL.Transport.Local;
using Xunit;
using static VerticalFL.Agent.Tests.Studies.DeskFixture;

namespace VerticalFL.Agent.Tests.Runs;

/// <summary>The runs at a party over their attempts: what begins, what is told, what is remembered.</summary>
public sealed class RunDeskTests : IDisposable
{
    private readonly DeskFixture _fixture = new();
    private readonly StorageKey _key;
    private readonly StudyDocument _document;
    private readonly FakeAttempts _attempts = new();
    private readonly FakeVoice _voice = new();
    private RunDesk _desk;

    public RunDeskTests()
    {
        Directory.CreateDirectory(_fixture.State);
        _key = StorageKey.Open(_fixture.State);
        _document = _fixture.Known(Document(maxRuns: 1));
        _desk = Open();
    }

    public void Dispose()
    {
        _key.Dispose();
        _fixture.Dispose();
    }

    [Fact]
    public async Task Failure_that_a_later_attempt_may_mend_ends_the_attempt_only()
    {
        await _desk.StartAsync(Order(1));
        (await _attempts.NextAsync(1)).Fail(new ChannelLostException(Hospital, "no link came up") { Fault = LinkFault.Silent });
        var over = new AttemptOver(Run(1), 1, AttemptCause.ChannelLost) { Lost = new LostLink(Hospital, LinkFault.Silent) };
        await ToldAsync(over);

        // And again, when it is asked for.
        await _desk.StartAsync(Order(1));
        Assert.Equal(2, _voice.Told.Count(m => m.Equals(over)));

        await _desk.StartAsync(Order(2));
        (await _attempts.NextAsync(2)).Fail(new IOException("No space left on device"));
        await ToldAsync(new AttemptOver(Run(1), 2, AttemptCause.StorageFailed));
        Assert.Equal(AttemptCause.StorageFailed, View().Over);

        await _desk.StartAsync(Order(3));
        (await _attempts.NextAsync(3)).Fail(new DataException("the column 'stage' is empty"));
        await ToldAsync(new RunEnded(Run(1), 3, RunOutcome.DataRefused));
        await _desk.StartAsync(Order(4));
        Assert.Equal(2, _voice.Told.OfType<RunEnded>().Count());
        Assert.Equal(3, _attempts.Begun);
        Assert.Single(_fixture.Store.Runs(_document.Id));
    }

    [Fact]
    public async Task Newer_order_begins_when_the_present_attempt_has_unwound_and_takes_the_place_of_one_that_waits()
    {
        await _desk.StartAsync(Order(1));
        FakeAttempt first = await _attempts.NextAsync(1);
        first.StubbornlyIgnoresItsStop = true;
        await _desk.StartAsync(Order(2));
        await _desk.StartAsync(Order(3));
        await _desk.StartAsync(Order(2));
        Assert.Equal(1, _attempts.Begun);
        Assert.True(first.Run.Stopping.IsCancellationRequested);

        first.Fail(new ChannelLostException(Hospital, "this side closed it"));

        await _attempts.NextAsync(3);
        Assert.Equal(2, _attempts.Begun);
        Assert.Contains(new AttemptOver(Run(1), 1, AttemptCause.Stopped), _voice.Told);
    }

    [Fact]
    public async Task Cancel_while_an_attempt_unwinds_ends_the_run_and_begins_nothing()
    {
        await _desk.StartAsync(Order(1));
        FakeAttempt first = await _attempts.NextAsync(1);
        first.StubbornlyIgnoresItsStop = true;
        await _desk.StartAsync(Order(2));
        await _desk.CancelAsync(new RunCancel(Run(1), "enough\u001b"));
        Assert.DoesNotContain(_voice.Told, m => m is RunEnded);

        first.Fail(new OperationCanceledException());

        await ToldAsync(new RunEnded(Run(1), 1, RunOutcome.Cancelled));
        Assert.Equal("The run was cancelled: enough..", View().Error);
        await _desk.StartAsync(Order(3));
        Assert.Equal(1, _attempts.Begun);
    }

    [Fact]
    public async Task Stop_ends_the_attempt_and_is_answered_also_when_nothing_runs()
    {
        await _desk.StopAttemptAsync(new AttemptStop(Run(1), 1));
        await ToldAsync(new AttemptOver(Run(1), 1, AttemptCause.Stopped));
        await _desk.StartAsync(Order(2));
        await _attempts.NextAsync(2);
        await _desk.StopAttemptAsync(new AttemptStop(Run(1), 2));
        await ToldAsync(new AttemptOver(Run(1), 2, AttemptCause.Stopped));
        await _desk.StopAttemptAsync(new AttemptStop(Run(1), 2));
        Assert.Equal(2, _voice.Told.OfType<AttemptOver>().Count(o => o.Attempt == 2));
        await _desk.CancelAsync(new RunCancel(Run(1), "enough"));
        await ToldAsync(new RunEnded(Run(1), 2, RunOutcome.Cancelled));
        await _desk.StopAttemptAsync(new AttemptStop(Run(1), 2));
        Assert.Equal(2, _voice.Told.OfType<RunEnded>().Count());
    }

    [Fact]
    public async Task Finished_party_takes_part_in_a_later_attempt_and_tells_a_repeated_order_its_end()
    {
        await _desk.StartAsync(Order(1));
        (await _attempts.NextAsync(1)).Finish();
        await ToldAsync(new RunEnded(Run(1), 1, RunOutcome.Finished));
        await _desk.StartAsync(Order(1));
        Assert.Equal(2, _voice.Told.OfType<RunEnded>().Count());

        await _desk.StartAsync(Order(2));
        await _attempts.NextAsync(2);
        Assert.Null(View().Outcome);

        // Killed in that one: the earlier end no longer stands.
        _desk = Open();
        await _desk.StartAsync(Order(2));
        await ToldAsync(new AttemptOver(Run(1), 2, AttemptCause.ProcessRestarted));
        await _desk.StartAsync(Order(3));
        (await _attempts.NextAsync(3)).Finish();
        await ToldAsync(new RunEnded(Run(1), 3, RunOutcome.Finished));
        _desk = Open();
        Assert.Equal(RunOutcome.Finished, View().Outcome);
    }

    [Fact]
    public async Task Restart_remembers_the_newest_attempt_and_begins_none_twice()
    {
        await _desk.StartAsync(Order(5));
        await _attempts.NextAsync(5);

        _desk = Open();

        Assert.Equal((5, AttemptCause.ProcessRestarted), (View().Attempt, View().Over));
        await _desk.StartAsync(Order(5));
        await _desk.StartAsync(Order(3));
        Assert.Equal(
            [new AttemptOver(Run(1), 5, AttemptCause.ProcessRestarted), new AttemptOver(Run(1), 3, AttemptCause.Stopped)], _voice.Told.OfType<AttemptOver>());
        Assert.Equal(1, _attempts.Begun);
        await _desk.StartAsync(Order(6));
        await _attempts.NextAsync(6);

        // It is written down once, however often the agent is started while the run waits.
        _desk = Open();
        _desk = Open();
        Assert.Equal(AttemptCause.ProcessRestarted, View().Over);
        Assert.Single(_fixture.AuditText().Split('\n'), l => l.Contains("\"attempt\":6", StringComparison.Ordinal) && l.Contains("\"AttemptOver\"", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Attempt_whose_number_cannot_be_kept_does_not_begin()
    {
        string folder = Path.Combine(_fixture.State, "runs", Run(1).Hex);
        File.WriteAllText(folder, "in the way");

        await _desk.StartAsync(Order(1));

        await ToldAsync(new AttemptOver(Run(1), 1, AttemptCause.StorageFailed));
        Assert.Equal(0, _attempts.Begun);
        File.Delete(folder);
        await _desk.StartAsync(Order(2));
        await _attempts.NextAsync(2);
    }

    [Fact]
    public async Task Service_that_stops_ends_attempts_and_begins_none()
    {
        await _desk.StartAsync(Order(1));
        await _attempts.NextAsync(1);

        await _desk.StopAllAsync();

        Assert.Equal([new AttemptOver(Run(1), 1, AttemptCause.AgentStopped)], _voice.Told);
        await _desk.StartAsync(Order(2));
        Assert.Equal(1, _attempts.Begun);
    }

    [Fact]
    public async Task Order_that_is_being_checked_while_the_service_stops_begins_nothing()
    {
        Task? stopped = null;
        RunOrder order = Order(1);

        await _desk.StartAsync(order with { Approvals = new ReadOnce(order.Approvals, () => stopped = _desk.StopAllAsync()) });

        // The stop is over and the storage key may be gone: nothing is left that could begin later.
        Assert.True(stopped!.IsCompletedSuccessfully);
        Assert.Throws<LocalRequestException>(() => _desk.Find(Run(1).Hex));
        Assert.Equal(0, _attempts.Begun);
    }

    [Fact]
    public async Task Order_that_is_no_longer_allowed_ends_the_run()
    {
        await _desk.StartAsync(Order(1));
        await _attempts.NextAsync(1);
        _fixture.Clock.Now += TimeSpan.FromSeconds(2);
        _fixture.Desk.Decide(_document.Id.Hex, _fixture.Sign(Lab, _document, approve: false));

        await _desk.StartAsync(Order(2));

        await ToldAsync(new RunEnded(Run(1), 1, RunOutcome.NotAllowed));
        Assert.Contains("may not go on at 'lab'", View().Error, StringComparison.Ordinal);
        Assert.Equal(1, _attempts.Begun);
    }

    [Fact]
    public async Task Checkpoints_stay_after_this_party_has_finished_until_the_run_is_closed_everywhere()
    {
        string checkpoint = new RunFolder(_fixture.State).PathOf(Run(1), "checkpoint-42.sealed");
        await _desk.StartAsync(Order(1));
        FakeAttempt first = await _attempts.NextAsync(1);
        await File.WriteAllTextAsync(checkpoint, "state", TestContext.Current.CancellationToken);

        // A coordinator that lies about a run under way.
        _desk.Close(new RunClosed(Run(1)));
        Assert.True(File.Exists(checkpoint));

        first.Finish();
        await ToldAsync(new RunEnded(Run(1), 1, RunOutcome.Finished));
        Assert.True(File.Exists(checkpoint));
        _desk.Close(new RunClosed(Run(2)));
        Assert.True(File.Exists(checkpoint));

        _desk = Open();
        _desk.Close(new RunClosed(Run(1)));
        Assert.False(File.Exists(checkpoint));
    }

    [Fact]
    public async Task Agent_that_is_back_after_its_stop_never_says_that_it_is_being_stopped()
    {
        await _desk.StartAsync(Order(1));
        await _attempts.NextAsync(1);
        await _desk.StopAllAsync();
        await ToldAsync(new AttemptOver(Run(1), 1, AttemptCause.AgentStopped));

        // The coordinator would wait for its return for ever.
        _desk = Open();
        await _desk.StopAttemptAsync(new AttemptStop(Run(1), 1));
        Assert.Equal([new AttemptOver(Run(1), 1, AttemptCause.ProcessRestarted)], _voice.Told);
    }

    [Fact]
    public async Task Checkpoints_of_a_run_that_ends_without_a_model_are_deleted_at_once()
    {
        string checkpoint = new RunFolder(_fixture.State).PathOf(Run(1), "checkpoint-42.sealed");
        await _desk.StartAsync(Order(1));
        await File.WriteAllTextAsync(checkpoint, "state", TestContext.Current.CancellationToken);
        (await _attempts.NextAsync(1)).Fail(new DataException("the column 'stage' is empty"));

        await ToldAsync(new RunEnded(Run(1), 1, RunOutcome.DataRefused));
        Assert.False(File.Exists(checkpoint));
    }

    [Fact]
    public async Task Checkpoints_of_a_run_that_diverged_here_stay_also_when_it_is_closed()
    {
        string checkpoint = new RunFolder(_fixture.State).PathOf(Run(1), "checkpoint-42.sealed");
        await _desk.StartAsync(Order(1));
        await File.WriteAllTextAsync(checkpoint, "state", TestContext.Current.CancellationToken);
        (await _attempts.NextAsync(1)).Fail(new NonFiniteException("bottom", "hidden1.dense", 43));

        await ToldAsync(new RunEnded(Run(1), 1, RunOutcome.NotFinite));
        _desk.Close(new RunClosed(Run(1)));
        Assert.True(File.Exists(checkpoint));
    }

    private RunDesk Open()
    {
        _voice.Told.Clear();
        var history = new RunHistory(Lab, _fixture.Store, new RunFolder(_fixture.State), _key, _fixture.Audit, NullLogger.Instance);
        var folders = new RunFolder(_fixture.State);
        var predictions = new PredictionOrders(Lab, Policy.Default, _fixture.Store, new ModelShelf(Lab, _fixture.Store, folders, _key), new PredictionNotes(Lab, folders, _key));
        return new RunDesk(Lab, _fixture.Desk, predictions, _attempts.RunAsync, history, _voice, NullLogger<RunDesk>.Instance, TimeProvider.System);
    }

    private RunOrder Order(int attempt) => _fixture.FullOrder(_document) with { Attempt = attempt };

    private AgentRunView View() => _desk.View(_desk.Find(Run(1).Hex));

    private Task ToldAsync(object message) => Eventually.TrueAsync(() => _voice.Told.Contains(message));

    /// <summary>Attempts that do what a test says, when it says so.</summary>
    private sealed class FakeAttempts
    {
        private readonly ConcurrentDictionary<int, FakeAttempt> _begun = new();

        public int Begun => _begun.Count;

        public Task RunAsync(ActiveRun run, RunTelemetry progress, Func<Exception, Task> onFailing, CancellationToken cancellationToken)
        {
            var attempt = new FakeAttempt(run);
            Assert.True(_begun.TryAdd(run.Attempt, attempt), $"attempt {run.Attempt} was begun twice");
            return attempt.RunAsync(onFailing, cancellationToken);
        }

        public async Task<FakeAttempt> NextAsync(int attempt)
        {
            await Eventually.TrueAsync(() => _begun.ContainsKey(attempt));
            return _begun[attempt];
        }
    }

    private sealed class FakeAttempt(ActiveRun run)
    {
        private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ActiveRun Run => run;

        public bool StubbornlyIgnoresItsStop { get; set; }

        public void Fail(Exception e) => _end.TrySetException(e);

        public void Finish() => _end.TrySetResult();

        public async Task RunAsync(Func<Exception, Task> onFailing, CancellationToken cancellationToken)
        {
            using CancellationTokenRegistration stop = cancellationToken.Register(() =>
            {
                if (!StubbornlyIgnoresItsStop)
                {
                    _end.TrySetCanceled(cancellationToken);
                }
            });
            try
            {
                await _end.Task;
            }
            catch (Exception e)
            {
                await onFailing(e);
                throw;
            }
        }
    }

    /// <summary>Approvals that do something when they are read.</summary>
    private sealed class ReadOnce(IReadOnlyList<ReadOnlyMemory<byte>> items, Action onRead) : IReadOnlyList<ReadOnlyMemory<byte>>
    {
        public int Count => items.Count;

        public ReadOnlyMemory<byte> this[int index] => items[index];

        public IEnumerator<ReadOnlyMemory<byte>> GetEnumerator()
        {
            onRead();
            return items.GetEnumerator();
        }

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }

    private sealed class FakeVoice : ICoordinatorVoice
    {
        public ConcurrentQueue<object> Told { get; } = [];

        public Task<bool> TryTellAsync<T>(T message, CancellationToken cancellationToken)
            where T : IMessage<T>
        {
            Told.Enqueue(message);
            return Task.FromResult(true);
        }
    }
}
