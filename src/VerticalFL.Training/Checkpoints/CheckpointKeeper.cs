using System.Security.Cryptography;
using VerticalFL.Messages;
using VerticalFL.Messages.MessagePack;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Checkpoints;

/// <summary>
/// One party's checkpoints during one attempt. At most two are kept: the newest that all parties hold, and the one after it, of which that is not known
/// yet. A party without a store holds none and saves none.
/// </summary>
internal sealed class CheckpointKeeper
{
    private readonly ICheckpointStore? _store;
    private readonly byte[] _origin;
    private readonly SortedDictionary<long, Checkpoint?> _held = [];

    /// <param name="checkpointing">The store and the data's name; or null.</param>
    /// <param name="began">What else the party begins with: hashes of fresh weights, of the noise seed.</param>
    public CheckpointKeeper(Checkpointing? checkpointing, params IEnumerable<byte[]> began)
    {
        _store = checkpointing?.Store;
        _origin = SHA256.HashData([.. checkpointing?.DataHash.ToArray() ?? [], .. began.SelectMany(b => b)]);
        foreach (long step in _store?.Steps() ?? [])
        {
            if (Open(step) is { } checkpoint)
            {
                _held.Add(step, checkpoint);
            }
        }
    }

    /// <summary>The newest two that this party can go on from, ascending.</summary>
    public IReadOnlyList<CheckpointMark> Offers => [.. _held.Values.OfType<Checkpoint>().Select(c => c.Mark).TakeLast(ResumeOffer.MaxHeld)];

    /// <summary>
    /// Forgets all but the chosen one and gives it. With null all are gone from the disk before the first activation leaves, so that no later attempt can
    /// find a step of this one beside the same step of another.
    /// </summary>
    /// <exception cref="IOException">The disk refused.</exception>
    public Checkpoint? Resume(CheckpointMark? chosen)
    {
        Checkpoint? checkpoint = chosen is null ? null : _held[chosen.Step];
        Forget(chosen?.Step ?? 0);
        if (chosen is not null)
        {
            // Only its step is needed from now on; its weights are not kept twice.
            _held[chosen.Step] = null;
        }

        return checkpoint;
    }

    /// <summary>Whether this party has written the checkpoint of a step and not deleted it; step 0 stands for none and is always there.</summary>
    public bool Holds(long step) => step == 0 || _held.ContainsKey(step);

    /// <summary>Deletes all but the one that all parties hold, then writes a new one.</summary>
    /// <returns>False when the disk refused.</returns>
    public bool Save(Func<ReadOnlyMemory<byte>, Checkpoint> make, long heldByAll)
    {
        if (_store is null)
        {
            return false;
        }

        Checkpoint checkpoint = make(_origin);
        try
        {
            Forget(heldByAll);
            var writer = new MessagePackWriter();
            checkpoint.Encode(writer);
            _store.Write(checkpoint.Mark.Step, writer.Written);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        _held[checkpoint.Mark.Step] = null;
        return true;
    }

    private void Forget(long exceptStep)
    {
        foreach (long step in _store?.Steps().Where(s => s != exceptStep).ToArray() ?? [])
        {
            _store!.Delete(step);
            _held.Remove(step);
        }
    }

    /// <summary>Null for what is damaged or began otherwise: it is as if it were not there.</summary>
    private Checkpoint? Open(long step)
    {
        try
        {
            return _store!.Read(step) is { } content && Checkpoint.Decode(content) is var checkpoint && checkpoint.Mark.Step == step
                && checkpoint.Origin.Span.SequenceEqual(_origin)
                ? checkpoint
                : null;
        }
        catch (MessageFormatException)
        {
            return null;
        }
    }
}
