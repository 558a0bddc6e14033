using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;
using Xunit;
using static VerticalFL.Coordinator.Tests.Registry.RegistryFixture;

namespace VerticalFL.Coordinator.Tests.Registry;

public sealed class RunRegistryTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();

    private StudyRegistry Studies => _fixture.Studies;

    private RunRegistry Runs => _fixture.Runs;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Start_names_who_has_not_approved_and_who_is_away()
    {
        StudyDocument document = _fixture.Submit();
        Studies.Decide(Lab, _fixture.Sign(Lab, document));

        string missing = Refusal(() => Runs.Start(document.Id, _ => true));
        Assert.Contains("hospital, pharmacy have not approved", missing, StringComparison.Ordinal);

        StudyDocument approved = _fixture.Approved();
        Assert.Contains("lab is not connected", Refusal(() => Runs.Start(approved.Id, p => p != Lab)), StringComparison.Ordinal);
        Assert.Empty(Studies.View(approved.Id, _ => true).Runs);
    }

    [Fact]
    public void Start_after_the_last_day_is_refused()
    {
        string day = _fixture.Clock.Now.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        StudyDocument document = _fixture.Approved(Study(more: $", \"expires\": \"{day}\""));
        _fixture.Clock.Now += TimeSpan.FromDays(1);

        // Approvals end with the study, so they are what is missing.
        Refusal(() => Runs.Start(document.Id, _ => true));
    }

    [Fact]
    public void Start_counts_runs_one_at_a_time_also_over_restarts()
    {
        StudyDocument document = _fixture.Approved();
        RunOrder first = Runs.Start(document.Id, _ => true);
        Assert.Equal(3, first.Approvals.Count);
        Assert.Contains("under way", Refusal(() => Runs.Start(document.Id, _ => true)), StringComparison.Ordinal);
        EndAll(first.Run, RunOutcome.Finished);
        _fixture.Restart();
        RunOrder second = Runs.Start(document.Id, _ => true);
        _fixture.Restart();
        Assert.Contains("under way", Refusal(() => Runs.Start(document.Id, _ => true)), StringComparison.Ordinal);
        EndAll(second.Run, RunOutcome.Finished);

        Assert.Contains("2 run(s)", Refusal(() => Runs.Start(document.Id, _ => true)), StringComparison.Ordinal);
        Assert.Equal(second.Run, Runs.FindRun(document.Id.Hex));
        Assert.Equal(first.Run, Runs.FindRun(first.Run.Hex[..8]));
    }

    [Fact]
    public void Restart_remembers_decisions_runs_ends_and_orders()
    {
        StudyDocument document = _fixture.Approved();
        RunOrder order = Runs.Start(document.Id, _ => true);
        Runs.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Finished));

        _fixture.Restart();

        Assert.All(Studies.View(document.Id, _ => true).Parties, p => Assert.Equal(("approved", "alice"), (p.Decision, p.Operator)));
        RunView view = View(order.Run);
        Assert.Equal(RunOutcome.Finished, view.Parties.Single(p => p.Party == "lab").Outcome);
        Assert.False(view.Ended);
        Assert.Empty(Runs.OrdersOf(Lab));
        (RunOrder again, string? stop, _, _, _) = Assert.Single(Runs.OrdersOf(Hospital));
        Assert.Null(stop);
        Assert.Equal(MessageCodec.Encode(order), MessageCodec.Encode(again));
        Assert.True(Runs.MayConnect(Hospital, Pharmacy, order.Run, 1));
    }

    [Fact]
    public void MayConnect_joins_parties_of_a_run_under_way_only()
    {
        RunOrder order = Runs.Start(_fixture.Approved().Id, _ => true);

        Assert.True(Runs.MayConnect(Lab, Hospital, order.Run, 1));
        Assert.False(Runs.MayConnect(Lab, Hospital, order.Run, 2));
        Assert.False(Runs.MayConnect(Lab, new PartyId("stranger"), order.Run, 1));
        Assert.False(Runs.MayConnect(Lab, Hospital, RunId.FromBytes(new byte[RunId.Size]), 1));
        Runs.End(Pharmacy, new RunEnded(order.Run, 1, RunOutcome.DataRefused));
        Assert.False(Runs.MayConnect(Lab, Hospital, order.Run, 1));
    }

    [Fact]
    public void End_first_failure_stops_the_others_once()
    {
        RunOrder order = Runs.Start(_fixture.Approved().Id, _ => true);

        (IReadOnlyList<PartyId> stop, string reason) = Runs.End(Lab, new RunEnded(order.Run, 1, RunOutcome.DataRefused));
        Assert.Equal(["hospital", "pharmacy"], stop.Select(p => p.Value).Order());
        Assert.Contains("'lab'", reason, StringComparison.Ordinal);
        Assert.Empty(Runs.End(Hospital, new RunEnded(order.Run, 1, RunOutcome.Cancelled)).Stop);
        Assert.Empty(Runs.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Finished)).Stop);
        Assert.Empty(Runs.End(Pharmacy, new RunEnded(order.Run, 1, RunOutcome.ChannelLost)).Stop);

        RunView view = View(order.Run);
        Assert.True(view.Ended);
        Assert.Equal("lab", view.FailedFirst);
        Assert.Equal(RunOutcome.DataRefused, view.Parties.Single(p => p.Party == "lab").Outcome);
    }

    [Theory]
    [InlineData(RunOutcome.DataRefused, "pharmacy")]
    [InlineData(RunOutcome.PeerBrokeProtocol, "pharmacy")]
    [InlineData(RunOutcome.Cancelled, "lab")]
    [InlineData(RunOutcome.ChannelLost, "lab")]
    [InlineData(RunOutcome.Finished, "lab")]
    public void End_a_cause_takes_the_blame_from_a_lost_channel(RunOutcome second, string blamed)
    {
        RunOrder order = Runs.Start(_fixture.Approved().Id, _ => true);
        Runs.End(Lab, new RunEnded(order.Run, 1, RunOutcome.ChannelLost));

        Runs.End(Pharmacy, new RunEnded(order.Run, 1, second));

        Assert.Equal(blamed, View(order.Run).FailedFirst);
    }

    [Fact]
    public void Away_party_does_not_hold_up_a_run_that_is_being_stopped_and_may_still_tell_its_end()
    {
        RunOrder order = Runs.Start(_fixture.Approved().Id, _ => true);
        Runs.Away(Lab);
        Assert.Null(View(order.Run).Parties.Single(p => p.Party == "lab").Outcome);

        Runs.End(Hospital, new RunEnded(order.Run, 1, RunOutcome.CohortTooSmall));
        Runs.Away(Lab);
        Runs.End(Pharmacy, new RunEnded(order.Run, 1, RunOutcome.Cancelled));
        Assert.True(View(order.Run).Ended);
        _fixture.Restart();

        (RunOrder again, string? stop, RunOutcome? cause, _, _) = Assert.Single(Runs.OrdersOf(Lab));
        Assert.Equal(RunOutcome.CohortTooSmall, cause);
        Assert.Equal(order.Run, again.Run);
        Assert.NotNull(stop);
        Runs.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Cancelled));
        Assert.Equal(RunOutcome.Cancelled, View(order.Run).Parties.Single(p => p.Party == "lab").Outcome);
        Assert.True(Assert.Single(Runs.OrdersOf(Lab)).Closed);
        Assert.Equal("hospital", View(order.Run).FailedFirst);
    }

    [Fact]
    public void Cancel_names_who_still_works_and_refuses_when_it_is_over()
    {
        RunOrder order = Runs.Start(_fixture.Approved().Id, _ => true);
        Runs.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Finished));

        Assert.Equal(2, Runs.Cancel(order.Run, "enough").Count);
        EndAll(order.Run, RunOutcome.Cancelled);

        Assert.Contains("is over", Refusal(() => Runs.Cancel(order.Run, "again")), StringComparison.Ordinal);
    }

    [Fact]
    public void Elapsed_time_stands_still_after_the_end()
    {
        RunOrder order = Runs.Start(_fixture.Approved().Id, _ => true);
        _fixture.Clock.Pass(TimeSpan.FromSeconds(10));
        EndAll(order.Run, RunOutcome.Finished);
        for (int i = 0; i < 2; i++)
        {
            _fixture.Clock.Pass(TimeSpan.FromHours(1));
            Assert.Equal(10, View(order.Run).ElapsedSeconds, 0.01);
            _fixture.Restart();
        }
    }

    [Theory]
    [InlineData(-400)]
    [InlineData(400)]
    public void Elapsed_time_is_what_has_passed_when_the_clock_jumps(int days)
    {
        RunId run = Runs.Start(_fixture.Approved().Id, _ => true).Run;
        _fixture.Clock.Pass(TimeSpan.FromSeconds(10));
        _fixture.Clock.Now += TimeSpan.FromDays(days);
        Assert.Equal(10, View(run).ElapsedSeconds, 0.01);

        // Also into the next attempt, and what is written down then is as sound.
        Runs.AttemptOver(Lab, new AttemptOver(run, 1, AttemptCause.ProcessRestarted));
        Runs.BeginAttempts(_ => true);
        _fixture.Clock.Pass(TimeSpan.FromSeconds(5));
        Assert.Equal(15, View(run).ElapsedSeconds, 0.01);
        EndAll(run, RunOutcome.Finished, attempt: 2);
        _fixture.Restart();
        Assert.Equal(15, View(run).ElapsedSeconds, 0.01);
    }

    [Fact]
    public void Elapsed_time_goes_on_over_a_restart_and_never_falls_behind_it()
    {
        RunId run = Runs.Start(_fixture.Approved().Id, _ => true).Run;
        _fixture.Clock.Pass(TimeSpan.FromSeconds(10));
        Runs.Pause(run);
        _fixture.Clock.Pass(TimeSpan.FromSeconds(20));
        _fixture.Restart();
        Assert.Equal(30, View(run).ElapsedSeconds, 0.01);

        _fixture.Clock.Now -= TimeSpan.FromDays(400);
        _fixture.Restart();
        _fixture.Clock.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(11, View(run).ElapsedSeconds, 0.01);
    }

    [Fact]
    public void Progress_keeps_the_newest_figures_and_ignores_ended_parties()
    {
        RunOrder order = Runs.Start(_fixture.Approved().Id, _ => true);
        Runs.Progress(Lab, new RunProgress(order.Run, order.Attempt, Station.Training, 10, 0.5, 100));
        Runs.Progress(Lab, new RunProgress(order.Run, order.Attempt, Station.Training, 11));
        PartyView lab = View(order.Run).Parties.Single(p => p.Party == "lab");
        Assert.Equal((Station.Training, 11, 0.5, 100.0), (lab.Station, lab.Percent, lab.ValidationLoss, lab.RowsPerSecond));
        Runs.Progress(Lab, new RunProgress(order.Run, order.Attempt + 1, Station.Training, 99));
        Assert.Equal(11, View(order.Run).Parties.Single(p => p.Party == "lab").Percent);

        Runs.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Finished));
        Runs.Progress(Lab, new RunProgress(order.Run, order.Attempt, Station.Reading, 1));
        Assert.Equal(Station.Ended, View(order.Run).Parties.Single(p => p.Party == "lab").Station);
        Runs.Progress(new PartyId("stranger"), new RunProgress(order.Run, order.Attempt, Station.Reading, 1));
    }

    [Fact]
    public void View_shows_which_model_is_trained_and_what_it_is_expected_to_take()
    {
        RunOrder order = Runs.Start(_fixture.Approved(RegistryFixture.Study(more: """, "alternatives": [{ "preset": "linear" }], "training": { "earlyStopping": { "validation": 0.2 } }""")).Id, _ => true);
        var forecast = new RunForecast(1, 15, 60, 0.5, 31, 1_000, 61_000);
        Assert.Equal((null, null), (View(order.Run).Model, View(order.Run).Forecast));

        Runs.Progress(RegistryFixture.Hospital, new RunProgress(order.Run, 1, Station.Training, 49) { Forecast = forecast });
        Runs.Progress(Lab, new RunProgress(order.Run, 1, Station.Training, 60) { Forecast = forecast with { Seconds = 1 } });
        Assert.Equal(("1 of 2: clinical", forecast), (View(order.Run).Model, View(order.Run).Forecast));

        Runs.Progress(RegistryFixture.Hospital, new RunProgress(order.Run, 1, Station.Training, 50));
        Assert.Equal(("2 of 2: linear", forecast), (View(order.Run).Model, View(order.Run).Forecast));

        Runs.Progress(RegistryFixture.Hospital, new RunProgress(order.Run, 1, Station.Evaluating, 0));
        Assert.Null(View(order.Run).Model);
    }

    [Fact]
    public void Progress_keeps_a_small_curve_over_attempts()
    {
        RunOrder order = Runs.Start(_fixture.Approved().Id, _ => true);
        for (int epoch = 1; epoch <= 10_000; epoch++)
        {
            Runs.Progress(Lab, new RunProgress(order.Run, order.Attempt, Station.Training, 10, 1.0 / epoch, null, epoch));
        }

        Runs.Progress(Lab, new RunProgress(order.Run, order.Attempt, Station.Training, 10, double.NaN, null, 10_001));
        Runs.AttemptOver(Lab, new AttemptOver(order.Run, order.Attempt, AttemptCause.ProcessRestarted));
        Assert.Equal(2, Assert.Single(Runs.BeginAttempts(_ => true)).Attempt);
        IReadOnlyList<CurvePoint> curve = View(order.Run).Parties.Single(p => p.Party == "lab").Curve;

        Assert.InRange(curve.Count, 128, 257);
        Assert.Equal((new CurvePoint(1, 1), new CurvePoint(10_000, 1e-4)), (curve[0], curve[^1]));
        Assert.Empty(View(order.Run).Parties.Single(p => p.Party == "hospital").Curve);
    }

    private static string Refusal(Action action)
    {
        LocalRequestException refused = Assert.Throws<LocalRequestException>(action);
        Assert.Equal(LocalRefusal.NotAllowed, refused.Refusal);
        return refused.Message;
    }

    private RunView View(RunId run) => Runs.View(run, _ => true, _ => 0);

    private void EndAll(RunId run, RunOutcome outcome, int attempt = 1)
    {
        foreach (PartyId party in (PartyId[])[Hospital, Lab, Pharmacy])
        {
            Runs.End(party, new RunEnded(run, attempt, outcome));
        }
    }
}
