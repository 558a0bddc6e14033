// The public transcript of a run: one hash over all that the label party sends to all feature parties alike.
// What:        T_0 = H("vfl/v1/transcript"; study, run, SHA-256 of the row assignment; of a run's second model and so on its number, a byte); T_n+1 = SHA-256(T_n || kind || number || content), with kind 1,
//              the step and the gradients' bytes, or kind 2, the epoch and the decision. Numbers are 64-bit big endian. What says when checkpoints are
//              written is left out: it depends on the clock, and a repeated step must give the same hash.
// Reference:   protocols/training/README.md, section 8.
// Adversary:   a party whose state was rolled back, or a label party that sends different parties different gradients: two parties that agree on
//              (step, T) have seen the same messages, by SHA-256's collision resistance. It hides nothing; all of it is known to every feature party.
using System.Buffers.Binary;
using System.Security.Cryptography;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Messages;
using VerticalFL.Messages.Training;

namespace VerticalFL.Training.Checkpoints;

/// <summary>The hash of what all feature parties were told so far; every party keeps its own.</summary>
internal sealed class Transcript
{
    private const string Label = "vfl/v1/transcript";
    private const byte Gradients = 1;
    private const byte Decision = 2;

    public Transcript(StudyId study, RunId run, ReadOnlyMemory<byte> rowAssignmentHash, int model = 0) => Hash = model == 0
        ? KeyDerivation.HashInputs(Label, study.ToBytes(), run.ToBytes(), rowAssignmentHash)
        : KeyDerivation.HashInputs(Label, study.ToBytes(), run.ToBytes(), rowAssignmentHash, new[] { (byte)model });

    /// <summary>The hash after the last message, 32 bytes.</summary>
    public byte[] Hash { get; private set; }

    public void Append(ActivationGradients message) => Append(Gradients, message.Step, message.Values.Span);

    public void Append(EpochDecision message) => Append(Decision, message.Epoch, [(byte)message.Outcome]);

    /// <summary>Goes on from a checkpoint.</summary>
    public void Restore(CheckpointMark mark) => Hash = mark.Transcript.ToArray();

    private void Append(byte kind, long number, ReadOnlySpan<byte> content)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> head = stackalloc byte[1 + sizeof(long)];
        head[0] = kind;
        BinaryPrimitives.WriteInt64BigEndian(head[1..], number);
        hash.AppendData(Hash);
        hash.AppendData(head);
        hash.AppendData(content);
        Hash = hash.GetHashAndReset();
    }
}
