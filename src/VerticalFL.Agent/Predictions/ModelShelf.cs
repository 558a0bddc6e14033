using VerticalFL.Agent.Runs;
using VerticalFL.Agent.Studies;
using VerticalFL.Data;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Agent.Predictions;

/// <summary>This party's parts of the models that finished runs have left.</summary>
internal sealed class ModelShelf(PartyId self, StudyStore store, RunFolder folders, StorageKey key)
{
    /// <summary>The finished runs whose model's SHA-256, run id or study id begins so, oldest first.</summary>
    public IReadOnlyList<ShelvedModel> Find(string prefix) =>
    [
        .. store.All().SelectMany(document => store.Runs(document.Id).Select(run => TryOpen(document, run)).OfType<ShelvedModel>())
            .Where(m => Begins(m.Card.Model, prefix) || Begins(m.Run.Hex, prefix) || Begins(m.Document.Id.Hex, prefix)),
    ];

    /// <summary>Whether this party keeps the model that the terms name.</summary>
    public bool Has(StudyDocument document, PredictionTerms terms) => FindCard(document, terms) is not null;

    /// <summary>Opens this party's part of the model that the terms name.</summary>
    /// <exception cref="DataException">There is none of that hash.</exception>
    /// <exception cref="StorageException">Its files are not what this agent sealed.</exception>
    public TrainedPart Open(StudyDocument document, PredictionTerms terms) => FindCard(document, terms) is { } model
        ? TrainedPart.Open(folders, key, FilesOf(document, terms.Model, model.Attempt))
        : throw new DataException($"'{self}' keeps no model {Convert.ToHexStringLower(terms.ModelHash.Span)[..8]} of run {terms.Model.Short}: train again, or restore the run's files.");

    private ShelvedModel? FindCard(StudyDocument document, PredictionTerms terms) =>
        store.Runs(document.Id).Contains(terms.Model) && TryOpen(document, terms.Model) is { } model && model.Card.Model == Convert.ToHexStringLower(terms.ModelHash.Span)
            ? model
            : null;

    private ShelvedModel? TryOpen(StudyDocument document, RunId run)
    {
        try
        {
            return folders.FindEnd(key, self, document.Id, run) is { Outcome: RunOutcome.Finished } end
                && TrainedPart.FindCard(folders, key, FilesOf(document, run, end.Attempt)) is { } card
                ? new ShelvedModel(document, run, end.Attempt, card)
                : null;
        }
        catch (Exception e) when (e is StorageException or DataException)
        {
            // A run whose files are damaged has no model; others are found all the same.
            return null;
        }
    }

    private SealContext FilesOf(StudyDocument document, RunId run, int attempt) => new(self, document.Id, run, attempt, "run");

    private static bool Begins(string name, string prefix) => prefix.Length >= 8 && name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase);
}

/// <summary>A finished run's model as this party has it.</summary>
/// <param name="Document">The study.</param>
/// <param name="Run">The run.</param>
/// <param name="Attempt">The attempt that finished.</param>
/// <param name="Card">What stands beside the weights.</param>
internal sealed record ShelvedModel(StudyDocument Document, RunId Run, int Attempt, ModelCard Card);
