using System.Collections.Concurrent;
using System.Security.Cryptography;
using VerticalFL.Agent.Reports.Page;
using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;

namespace VerticalFL.Agent.Predictions;

/// <summary>Predictions that this party's own operator asks for, as the label party of a study; the coordinator orders them as runs.</summary>
internal sealed class PredictionDesk(
    PartyId self, Policy policy, StudyStore store, ModelShelf models, PredictionNotes notes, RunDesk runs, ICoordinatorVoice voice)
{
    private const int UsualMinimum = 50;
    private readonly ConcurrentDictionary<RunId, string> _refused = new();

    /// <summary>Asks the coordinator for a prediction; its terms are on disk before.</summary>
    /// <exception cref="LocalRequestException">There is no such model, the party's own policy refuses, or the coordinator is away.</exception>
    public async Task<PredictionView> AskAsync(PredictionAsk ask, CancellationToken cancellationToken)
    {
        (ShelvedModel model, PredictionTerms terms) = TermsOf(ask);
        RunId run = RunId.FromBytes(RandomNumberGenerator.GetBytes(RunId.Size));
        notes.SaveTerms(model.Document.Id, run, terms);
        store.AddPrediction(model.Document.Id, run);
        return await voice.TryTellAsync(new PredictionRequest(model.Document.Id, run, terms), cancellationToken)
            ? View(model.Document, run, terms)
            : throw new LocalRequestException(LocalRefusal.NotRunning, $"The agent of '{self}' is not connected to the coordinator: ask again when it is, see `vfl status`.");
    }

    /// <summary>What would be asked for, and how good the model is with the parties that take part; nothing is sent.</summary>
    /// <exception cref="LocalRequestException">There is no such model, or the party's own policy refuses.</exception>
    public PredictionForecast Forecast(PredictionAsk ask)
    {
        (ShelvedModel model, PredictionTerms terms) = TermsOf(ask);
        string[] parties = [.. terms.PartiesOf(model.Document.Study).Select(p => p.Value)];
        MeasuredAccuracy? accuracy = null;
        if (model.Card.Contributions is { } measured && measured.Subsets.FirstOrDefault(s => s.Present.SequenceEqual(parties[1..])) is { } subset)
        {
            MetricKind kind = MetricKind.All.First(k => k.Key == measured.Metric);
            accuracy = new MeasuredAccuracy(kind.Name, kind.Read(subset.Test), subset.Interval, kind.Read(measured.Subsets[^1].Test));
        }

        return new PredictionForecast(
            model.Document.Id.Hex, model.Card.Model, terms.Dataset, parties, [.. terms.Without.Select(p => p.Value)], accuracy);
    }

    private (ShelvedModel Model, PredictionTerms Terms) TermsOf(PredictionAsk ask)
    {
        ShelvedModel model = FindModel(ask.Model);
        Study study = model.Document.Study;
        if (ask.Without?.FirstOrDefault(p => !PartyId.IsValid(p)) is { } wrong)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, $"'{PrintableText.Of(wrong)}' is not a party id.");
        }

        if (PredictionTerms.ProblemOf(ask.Dataset, ask.Purpose ?? "") is { } problem || (problem = ask.MinimumPatients < 1 ? "the smallest cohort has at least one patient" : null) is not null)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, $"The prediction cannot be asked for: {problem}.");
        }

        var terms = new PredictionTerms(
            model.Run, Convert.FromHexString(model.Card.Model), ask.Dataset, ask.Purpose ?? study.Purpose,
            ask.MinimumPatients ?? policy.Predictions?.MinimumPatients ?? UsualMinimum)
        {
            Without = [.. (ask.Without ?? []).Select(p => new PartyId(p)).Distinct().Order()],
        };
        if (terms.ProblemOf(study) is { } absent)
        {
            throw new LocalRequestException(LocalRefusal.NotAllowed, $"The prediction cannot be made without {string.Join(", ", terms.Without)}: {absent}.");
        }

        if (PredictionCheck.Evaluate(policy, study, self, terms).FirstOrDefault(f => f.Refuses) is { } finding)
        {
            throw new LocalRequestException(LocalRefusal.PolicyRefused, $"The party's own policy refuses the prediction: {finding.Text}");
        }

        return (model, terms);
    }

    /// <summary>The coordinator will not order what was asked for; whether the cancel was about such a prediction.</summary>
    public bool Refused(RunCancel cancel)
    {
        if (runs.TryFind(cancel.Run) is not null || Find(cancel.Run) is null)
        {
            return false;
        }

        _refused[cancel.Run] = PrintableText.Of(cancel.Reason);
        return true;
    }

    public PredictionView View(string idOrPrefix)
    {
        (StudyDocument document, RunId run, PredictionTerms terms) = Find(idOrPrefix);
        return View(document, run, terms);
    }

    /// <summary>The predictions as CSV.</summary>
    /// <exception cref="LocalRequestException">There are none here.</exception>
    public byte[] Table(string idOrPrefix)
    {
        (StudyDocument document, RunId run, _) = Find(idOrPrefix);
        return runs.TryFind(run) is { End.Outcome: RunOutcome.Finished } && notes.FindTable(document.Id, run) is { } table
            ? table
            : throw new LocalRequestException(LocalRefusal.NotFound, $"No predictions of {run.Short} lie here: they are written at the label party when the prediction has finished, and deleted after the configuration's keepPredictionsDays.");
    }

    private ShelvedModel FindModel(string name)
    {
        ShelvedModel[] found = [.. models.Find(name)];
        if (found.Length == 0)
        {
            throw new LocalRequestException(
                LocalRefusal.NotFound, $"No model here begins with '{name}': give at least 8 characters of a finished run's id, or of model.sha256 in its report.");
        }

        if (found.FirstOrDefault(m => m.Document.Study.LabelParty != self) is { } other)
        {
            throw new LocalRequestException(
                LocalRefusal.NotAllowed, $"'{self}' is not the label party of the study '{other.Document.Study.Name}': '{other.Document.Study.LabelParty}' asks for its predictions.");
        }

        // A study's id stands for its newest run; two runs under one seed have one and the same model.
        return found.Select(m => m.Document.Id).Distinct().Count() == 1
            ? found[^1]
            : throw new LocalRequestException(LocalRefusal.NotFound, $"Models of several studies begin with '{name}': give more characters.");
    }

    private (StudyDocument Document, RunId Run, PredictionTerms Terms) Find(string idOrPrefix)
    {
        (StudyDocument Document, RunId Run)[] found = [.. store.All().SelectMany(d => store.Predictions(d.Id).Select(r => (d, r)))
            .Where(p => idOrPrefix.Length >= 8 && p.r.Hex.StartsWith(idOrPrefix, StringComparison.OrdinalIgnoreCase))];
        return found.Length == 1 && notes.FindTerms(found[0].Document.Id, found[0].Run) is { } terms
            ? (found[0].Document, found[0].Run, terms)
            : throw new LocalRequestException(LocalRefusal.NotFound, $"No single prediction begins with '{idOrPrefix}' at this party.");
    }

    private StudyDocument? Find(RunId run) => store.All().FirstOrDefault(d => store.Predictions(d.Id).Contains(run));

    private PredictionView View(StudyDocument document, RunId run, PredictionTerms terms)
    {
        string model = Convert.ToHexStringLower(terms.ModelHash.Span);
        if (runs.TryFind(run) is { } ordered)
        {
            AgentRunView view = runs.View(ordered);
            return new PredictionView(
                run.Hex, document.Id.Hex, model, terms.Dataset, view.Attempt, view.Station, view.Percent, view.Outcome, view.Error, notes.HasTable(run),
                ordered.End?.Cause, [.. terms.Without.Select(p => p.Value)]);
        }

        string? refused = _refused.GetValueOrDefault(run);
        return new PredictionView(
            run.Hex, document.Id.Hex, model, terms.Dataset, 0, Station.Connecting, 0, refused is null ? null : RunOutcome.NotAllowed,
            refused is null ? null : $"The coordinator does not order the prediction: {refused}", false, null,
            [.. terms.Without.Select(p => p.Value)]);
    }
}
