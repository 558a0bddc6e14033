using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Storage;

namespace VerticalFL.Agent.Runs;

/// <summary>A party's part of a trained model: weights and preparation recipe, sealed in the run's folder. Nothing of it ever leaves the party.</summary>
internal static class ModelFiles
{
    public static void Save(RunFolder folders, StorageKey key, PartySession session, FeatureRecipe? recipe, Action<Stream> bottom, Action<Stream>? top = null)
    {
        if (recipe is not null)
        {
            Seal("recipe", recipe.ToJson());
        }

        Seal("bottom", Bytes(bottom));
        if (top is not null)
        {
            Seal("top", Bytes(top));
        }

        void Seal(string kind, byte[] content) => SealedFile.Write(
            key,
            folders.PathOf(session.Run.Id, kind + ".sealed"),
            new SealContext(session.Training.Self, session.Run.Document.Id, session.Run.Id, session.Run.Attempt, kind),
            content);
    }

    private static byte[] Bytes(Action<Stream> save)
    {
        using var memory = new MemoryStream();
        save(memory);
        return memory.ToArray();
    }
}
