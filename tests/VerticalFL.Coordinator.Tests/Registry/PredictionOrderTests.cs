using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;
using Xunit;
using static VerticalFL.Coordinator.Tests.Registry.RegistryFixture;

namespace VerticalFL.Coordinator.Tests.Registry;

/// <summary>Predictions at the coordinator: who may ask, what they count against, what a restart remembers.</summary>
public sealed class PredictionOrderTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();
    private readonly StudyDocument _document;
    private readonly RunId _model;

    public PredictionOrderTests()
    {
        _document = _fixture.Approved(Study(maxRuns: 1));
        _model = _fixture.Runs.Start(_document.Id, _ => true).Run;
        EndAll(_model, RunOutcome.Finished);
    }

    private RunRegistry Runs => _fixture.Runs;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Prediction_is_ordered_with_its_terms_and_counts_against_no_run()
    {
        PredictionRequest request = Request(7);

        RunOrder order = Runs.StartPrediction(Hospital, request, _ => true);

        Assert.Equal((request.Run, 1, 3), (order.Run, order.Attempt, order.Approvals.Count));
        Assert.Equal(request.Terms, order.Prediction);
        Assert.True(Runs.View(order.Run, _ => true, _ => 0).Prediction);
        Assert.Equal([_model], _fixture.Studies.RunsOf(_document.Id));
        Assert.Equal(_model, Runs.FindRun(_document.Id.Hex));
        Assert.True(Runs.MayConnect(Hospital, Lab, order.Run, 1));
    }

    [Fact]
    public void Only_the_label_party_asks()
    {
        Assert.Contains("label party", Refusal(() => Runs.StartPrediction(Lab, Request(7), _ => true)), StringComparison.Ordinal);
        Assert.Contains(
            "label party", Refusal(() => Runs.StartPrediction(Hospital, Request(7) with { Study = StudyId.FromBytes(new byte[StudyId.Size]) }, _ => true)), StringComparison.Ordinal);
    }

    [Fact]
    public void Unknown_models_absent_parties_and_ids_that_are_taken_are_refused()
    {
        PredictionRequest unknown = Request(7) with { Terms = Request(7).Terms with { Model = Id(9) } };
        Assert.Contains("no such run", Refusal(() => Runs.StartPrediction(Hospital, unknown, _ => true)), StringComparison.Ordinal);
        Assert.Contains("taken", Refusal(() => Runs.StartPrediction(Hospital, Request(7) with { Run = _model }, _ => true)), StringComparison.Ordinal);
        Assert.Contains("lab is not connected", Refusal(() => Runs.StartPrediction(Hospital, Request(7), p => p != Lab)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_party_that_the_study_lets_be_absent_is_neither_waited_for_nor_ordered()
    {
        StudyDocument document = _fixture.Approved(Study(more: """, "evaluation": { "contributions": "each" }"""));
        RunId model = Runs.Start(document.Id, _ => true).Run;
        PredictionRequest request = new(
            document.Id, Id(7), new PredictionTerms(model, new byte[PredictionTerms.ModelHashSize], "new patients", "", 50) { Without = [Lab] });

        RunOrder order = Runs.StartPrediction(Hospital, request, p => p != Lab);

        Assert.Equal((request.Terms, 3), (order.Prediction, order.Approvals.Count));
        Assert.Equal(["hospital", "pharmacy"], Runs.View(order.Run, _ => true, _ => 0).Parties.Select(p => p.Party).Order());
        Assert.DoesNotContain(Runs.OrdersOf(Lab), w => w.Order.Run == order.Run);
        Assert.False(Runs.MayConnect(Hospital, Lab, order.Run, 1));
        Runs.AttemptOver(Pharmacy, new AttemptOver(order.Run, 1, AttemptCause.ProcessRestarted));
        _fixture.Restart();
        Assert.Equal([Lab], Assert.Single(Runs.BeginAttempts(p => p != Lab)).Prediction!.Without);
    }

    [Fact]
    public void Parties_that_the_study_needs_are_not_left_out()
    {
        PredictionRequest without = Request(7) with { Terms = Request(7).Terms with { Without = [Lab] } };

        Assert.Contains("lets no party be absent", Refusal(() => Runs.StartPrediction(Hospital, without, _ => true)), StringComparison.Ordinal);
    }

    [Fact]
    public void One_prediction_of_a_study_at_a_time_also_after_a_restart()
    {
        Runs.StartPrediction(Hospital, Request(7), _ => true);
        _fixture.Restart();

        Assert.Contains("under way", Refusal(() => Runs.StartPrediction(Hospital, Request(8), _ => true)), StringComparison.Ordinal);
        EndAll(Id(7), RunOutcome.Finished);
        Assert.Equal(Id(8), Runs.StartPrediction(Hospital, Request(8), _ => true).Run);
    }

    [Fact]
    public void Next_attempt_and_a_restart_keep_the_terms()
    {
        RunOrder order = Runs.StartPrediction(Hospital, Request(7), _ => true);
        Runs.AttemptOver(Lab, new AttemptOver(order.Run, 1, AttemptCause.ProcessRestarted));
        _fixture.Restart();

        RunOrder next = Assert.Single(Runs.BeginAttempts(_ => true));

        Assert.Equal((order.Run, 2), (next.Run, next.Attempt));
        Assert.Equal(order.Prediction, next.Prediction);
        Assert.Equal(next.Prediction, Assert.Single(Runs.OrdersOf(Lab), w => w.Order.Run == order.Run).Order.Prediction);
    }

    private static RunId Id(byte number) => RunId.FromBytes([number, .. new byte[RunId.Size - 1]]);

    private static string Refusal(Action action) => Assert.Throws<LocalRequestException>(action).Message;

    private PredictionRequest Request(byte run) =>
        new(_document.Id, Id(run), new PredictionTerms(_model, new byte[PredictionTerms.ModelHashSize], "new patients", "follow-up", 50));

    private void EndAll(RunId run, RunOutcome outcome)
    {
        foreach (PartyId party in _document.Study.Parties)
        {
            Runs.End(party, new RunEnded(run, 1, outcome));
        }
    }
}
