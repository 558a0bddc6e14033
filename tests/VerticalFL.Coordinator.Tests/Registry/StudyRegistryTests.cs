using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;
using Xunit;
using static VerticalFL.Coordinator.Tests.Registry.RegistryFixture;

namespace VerticalFL.Coordinator.Tests.Registry;

public sealed class StudyRegistryTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();

    private StudyRegistry Registry => _fixture.Registry;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Submit_same_study_twice_is_one_study()
    {
        StudyDocument first = _fixture.Submit();
        StudyDocument expanded = Registry.Submit(first.Bytes.Span);

        Assert.Equal(first.Id, expanded.Id);
        Assert.Single(Registry.List(_ => true));
    }

    [Fact]
    public void Submit_invalid_study_is_refused()
    {
        LocalRequestException refused = Assert.Throws<LocalRequestException>(() => _fixture.Submit("""{ "name": "x" }"""));

        Assert.Equal(LocalRefusal.InvalidStudy, refused.Refusal);
    }

    [Fact]
    public void Find_needs_eight_characters_and_one_match()
    {
        StudyDocument document = _fixture.Submit();

        Assert.Equal(document.Id, Registry.Find(document.Id.Hex[..8].ToUpperInvariant()).Id);
        Assert.Equal(LocalRefusal.NotFound, Assert.Throws<LocalRequestException>(() => Registry.Find(document.Id.Hex[..7])).Refusal);
        Assert.Equal(LocalRefusal.NotFound, Assert.Throws<LocalRequestException>(() => Registry.Find("00000000")).Refusal);
    }

    [Fact]
    public void Decide_refuses_strangers_repeats_and_unknown_studies()
    {
        StudyDocument document = _fixture.Submit();
        SignedApproval lab = _fixture.Sign(Lab, document);
        StudyDocument unknown = StudyDocument.Expand(System.Text.Encoding.UTF8.GetBytes(Study(maxRuns: 1)));

        Assert.Contains("another party", Registry.Decide(Pharmacy, lab), StringComparison.Ordinal);
        Assert.Contains("unknown study", Registry.Decide(Lab, _fixture.Sign(Lab, unknown)), StringComparison.Ordinal);
        Assert.Null(Registry.Decide(Lab, lab));
        Assert.Null(Registry.Decide(Lab, lab));
        _fixture.Clock.Now += TimeSpan.FromSeconds(2);
        Assert.Null(Registry.Decide(Lab, _fixture.Sign(Lab, document, approve: false)));
        Assert.Contains("newer decision", Registry.Decide(Lab, lab), StringComparison.Ordinal);
        Assert.Equal("rejected", Registry.View(document.Id, _ => true).Parties.Single(p => p.Party == "lab").Decision);
    }

    [Fact]
    public void Start_names_who_has_not_approved_and_who_is_away()
    {
        StudyDocument document = _fixture.Submit();
        Registry.Decide(Lab, _fixture.Sign(Lab, document));

        string missing = Refusal(() => Registry.Start(document.Id, _ => true));
        Assert.Contains("hospital, pharmacy have not approved", missing, StringComparison.Ordinal);

        StudyDocument approved = _fixture.Approved();
        Assert.Contains("lab is not connected", Refusal(() => Registry.Start(approved.Id, p => p != Lab)), StringComparison.Ordinal);
        Assert.Empty(Registry.View(approved.Id, _ => true).Runs);
    }

    [Fact]
    public void Start_after_the_last_day_is_refused()
    {
        string day = _fixture.Clock.Now.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        StudyDocument document = _fixture.Approved(Study(more: $", \"expires\": \"{day}\""));
        _fixture.Clock.Now += TimeSpan.FromDays(1);

        // Approvals end with the study, so they are what is missing.
        Refusal(() => Registry.Start(document.Id, _ => true));
    }

    [Fact]
    public void Start_counts_runs_one_at_a_time_also_over_restarts()
    {
        StudyDocument document = _fixture.Approved();
        RunOrder first = Registry.Start(document.Id, _ => true);
        Assert.Equal(3, first.Approvals.Count);
        Assert.Contains("under way", Refusal(() => Registry.Start(document.Id, _ => true)), StringComparison.Ordinal);
        EndAll(first.Run, RunOutcome.Finished);
        _fixture.Restart();
        RunOrder second = Registry.Start(document.Id, _ => true);
        _fixture.Restart();
        Assert.Contains("under way", Refusal(() => Registry.Start(document.Id, _ => true)), StringComparison.Ordinal);
        EndAll(second.Run, RunOutcome.Finished);

        Assert.Contains("2 run(s)", Refusal(() => Registry.Start(document.Id, _ => true)), StringComparison.Ordinal);
        Assert.Equal(second.Run, Registry.FindRun(document.Id.Hex));
        Assert.Equal(first.Run, Registry.FindRun(first.Run.Hex[..8]));
    }

    [Fact]
    public void Restart_remembers_decisions_runs_ends_and_orders()
    {
        StudyDocument document = _fixture.Approved();
        RunOrder order = Registry.Start(document.Id, _ => true);
        Registry.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Finished));

        _fixture.Restart();

        Assert.All(Registry.View(document.Id, _ => true).Parties, p => Assert.Equal(("approved", "alice"), (p.Decision, p.Operator)));
        RunView view = View(order.Run);
        Assert.Equal(RunOutcome.Finished, view.Parties.Single(p => p.Party == "lab").Outcome);
        Assert.False(view.Ended);
        Assert.Empty(Registry.OrdersOf(Lab));
        (RunOrder again, string? stop, _, _) = Assert.Single(Registry.OrdersOf(Hospital));
        Assert.Null(stop);
        Assert.Equal(MessageCodec.Encode(order), MessageCodec.Encode(again));
        Assert.True(Registry.MayConnect(Hospital, Pharmacy, order.Run, 1));
    }

    [Fact]
    public void MayConnect_joins_parties_of_a_run_under_way_only()
    {
        RunOrder order = Registry.Start(_fixture.Approved().Id, _ => true);

        Assert.True(Registry.MayConnect(Lab, Hospital, order.Run, 1));
        Assert.False(Registry.MayConnect(Lab, Hospital, order.Run, 2));
        Assert.False(Registry.MayConnect(Lab, new PartyId("stranger"), order.Run, 1));
        Assert.False(Registry.MayConnect(Lab, Hospital, RunId.FromBytes(new byte[RunId.Size]), 1));
        Registry.End(Pharmacy, new RunEnded(order.Run, 1, RunOutcome.DataRefused));
        Assert.False(Registry.MayConnect(Lab, Hospital, order.Run, 1));
    }

    [Fact]
    public void End_first_failure_stops_the_others_once()
    {
        RunOrder order = Registry.Start(_fixture.Approved().Id, _ => true);

        (IReadOnlyList<PartyId> stop, string reason) = Registry.End(Lab, new RunEnded(order.Run, 1, RunOutcome.DataRefused));
        Assert.Equal(["hospital", "pharmacy"], stop.Select(p => p.Value).Order());
        Assert.Contains("'lab'", reason, StringComparison.Ordinal);
        Assert.Empty(Registry.End(Hospital, new RunEnded(order.Run, 1, RunOutcome.Cancelled)).Stop);
        Assert.Empty(Registry.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Finished)).Stop);
        Assert.Empty(Registry.End(Pharmacy, new RunEnded(order.Run, 1, RunOutcome.ChannelLost)).Stop);

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
        RunOrder order = Registry.Start(_fixture.Approved().Id, _ => true);
        Registry.End(Lab, new RunEnded(order.Run, 1, RunOutcome.ChannelLost));

        Registry.End(Pharmacy, new RunEnded(order.Run, 1, second));

        Assert.Equal(blamed, View(order.Run).FailedFirst);
    }

    [Fact]
    public void Away_party_does_not_hold_up_a_run_that_is_being_stopped_and_may_still_tell_its_end()
    {
        RunOrder order = Registry.Start(_fixture.Approved().Id, _ => true);
        Registry.Away(Lab);
        Assert.Null(View(order.Run).Parties.Single(p => p.Party == "lab").Outcome);

        Registry.End(Hospital, new RunEnded(order.Run, 1, RunOutcome.CohortTooSmall));
        Registry.Away(Lab);
        Registry.End(Pharmacy, new RunEnded(order.Run, 1, RunOutcome.Cancelled));
        Assert.True(View(order.Run).Ended);
        _fixture.Restart();

        (RunOrder again, string? stop, _, _) = Assert.Single(Registry.OrdersOf(Lab));
        Assert.Equal(order.Run, again.Run);
        Assert.NotNull(stop);
        Registry.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Cancelled));
        Assert.Equal(RunOutcome.Cancelled, View(order.Run).Parties.Single(p => p.Party == "lab").Outcome);
        Assert.True(Assert.Single(Registry.OrdersOf(Lab)).Closed);
        Assert.Equal("hospital", View(order.Run).FailedFirst);
    }

    [Fact]
    public void Cancel_names_who_still_works_and_refuses_when_it_is_over()
    {
        RunOrder order = Registry.Start(_fixture.Approved().Id, _ => true);
        Registry.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Finished));

        Assert.Equal(2, Registry.Cancel(order.Run, "enough").Count);
        EndAll(order.Run, RunOutcome.Cancelled);

        Assert.Contains("is over", Refusal(() => Registry.Cancel(order.Run, "again")), StringComparison.Ordinal);
    }

    [Fact]
    public void Elapsed_time_stands_still_after_the_end()
    {
        RunOrder order = Registry.Start(_fixture.Approved().Id, _ => true);
        _fixture.Clock.Now += TimeSpan.FromSeconds(10);
        EndAll(order.Run, RunOutcome.Finished);
        _fixture.Clock.Now += TimeSpan.FromHours(1);

        Assert.Equal(10, View(order.Run).ElapsedSeconds, 0.01);
    }

    [Fact]
    public void Progress_keeps_the_newest_figures_and_ignores_ended_parties()
    {
        RunOrder order = Registry.Start(_fixture.Approved().Id, _ => true);
        Registry.Progress(Lab, new RunProgress(order.Run, order.Attempt, Station.Training, 10, 0.5, 100));
        Registry.Progress(Lab, new RunProgress(order.Run, order.Attempt, Station.Training, 11));
        PartyView lab = View(order.Run).Parties.Single(p => p.Party == "lab");
        Assert.Equal((Station.Training, 11, 0.5, 100.0), (lab.Station, lab.Percent, lab.ValidationLoss, lab.RowsPerSecond));
        Registry.Progress(Lab, new RunProgress(order.Run, order.Attempt + 1, Station.Training, 99));
        Assert.Equal(11, View(order.Run).Parties.Single(p => p.Party == "lab").Percent);

        Registry.End(Lab, new RunEnded(order.Run, 1, RunOutcome.Finished));
        Registry.Progress(Lab, new RunProgress(order.Run, order.Attempt, Station.Reading, 1));
        Assert.Equal(Station.Ended, View(order.Run).Parties.Single(p => p.Party == "lab").Station);
        Registry.Progress(new PartyId("stranger"), new RunProgress(order.Run, order.Attempt, Station.Reading, 1));
    }

    private static string Refusal(Action action)
    {
        LocalRequestException refused = Assert.Throws<LocalRequestException>(action);
        Assert.Equal(LocalRefusal.NotAllowed, refused.Refusal);
        return refused.Message;
    }

    private RunView View(RunId run) => Registry.View(run, _ => true, _ => 0);

    private void EndAll(RunId run, RunOutcome outcome)
    {
        foreach (PartyId party in (PartyId[])[Hospital, Lab, Pharmacy])
        {
            Registry.End(party, new RunEnded(run, 1, outcome));
        }
    }
}
