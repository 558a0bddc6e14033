using VerticalFL.Data;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Storage;

namespace VerticalFL.Agent.Runs;

/// <summary>A party's part of a trained model, opened again: how its columns become features, its weights, and what they belong to.</summary>
/// <param name="Card">Which model it is.</param>
/// <param name="Recipe">The preparation as it was fitted on the training rows.</param>
/// <param name="Bottom">The bottom model's state.</param>
/// <param name="Top">The top model's state; null where there is none.</param>
internal sealed record TrainedPart(ModelCard Card, FeatureRecipe Recipe, byte[] Bottom, byte[]? Top)
{
    private const string CardKind = "model";
    private const string RecipeKind = "recipe";
    private const string BottomKind = "bottom";
    private const string TopKind = "top";

    /// <summary>Seals it in the run's folder. Nothing of it ever leaves the party.</summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public void Save(RunFolder folders, StorageKey key, SealContext run)
    {
        Seal(RecipeKind, Recipe.ToJson());
        Seal(BottomKind, Bottom);
        if (Top is not null)
        {
            Seal(TopKind, Top);
        }

        Seal(CardKind, Card.ToJson());

        void Seal(string kind, byte[] content) => SealedFile.Write(key, folders.PathOf(run.Run, FileOf(kind)), run with { Kind = kind }, content);
    }

    /// <summary>Opens what <see cref="Save"/> sealed.</summary>
    /// <exception cref="StorageException">A file is missing, or is not what this agent sealed in that attempt.</exception>
    /// <exception cref="DataException">The run was finished by software that kept less than a prediction needs.</exception>
    public static TrainedPart Open(RunFolder folders, StorageKey key, SealContext run)
    {
        ModelCard card = FindCard(folders, key, run)
            ?? throw new DataException($"The run {run.Run.Short} kept too little here to predict with: train again with this version of the software.");
        bool top = File.Exists(folders.ReportPath(run.Run, FileOf(TopKind)));
        return new TrainedPart(card, FeatureRecipe.FromJson(Unseal(RecipeKind)), Unseal(BottomKind), top ? Unseal(TopKind) : null);

        byte[] Unseal(string kind) => Read(folders, key, run, kind);
    }

    /// <summary>Which model a finished run made; null when it kept no card.</summary>
    /// <exception cref="StorageException">The card is not what this agent sealed in that attempt.</exception>
    public static ModelCard? FindCard(RunFolder folders, StorageKey key, SealContext run) =>
        File.Exists(folders.ReportPath(run.Run, FileOf(CardKind))) ? ModelCard.FromJson(Read(folders, key, run, CardKind)) : null;

    /// <summary>What a model writes into a stream, as bytes.</summary>
    public static byte[] StateOf(Action<Stream> save)
    {
        using var memory = new MemoryStream();
        save(memory);
        return memory.ToArray();
    }

    private static byte[] Read(RunFolder folders, StorageKey key, SealContext run, string kind)
    {
        string path = folders.ReportPath(run.Run, FileOf(kind));
        return File.Exists(path)
            ? SealedFile.Read(key, path, run with { Kind = kind }, Array.MaxLength)
            : throw new StorageException($"'{path}' is missing: restore the run's files, or train again.");
    }

    private static string FileOf(string kind) => kind + ".sealed";
}
