using System.Buffers.Binary;
using System.Text;
using VerticalFL.Messages;

namespace VerticalFL.Governance.Storage;

/// <summary>
/// What a sealed file is, beside its content: a file that is opened as anything else is refused, so files cannot be swapped for one another.
/// </summary>
/// <param name="Party">The party that keeps it.</param>
/// <param name="Study">The study; the default value for what belongs to no study.</param>
/// <param name="Run">The run; the default value for what belongs to no run.</param>
/// <param name="Attempt">The attempt; 0 for what outlives attempts.</param>
/// <param name="Kind">What the file holds: 1 to 32 lower-case letters, digits and hyphens, such as <c>alignment</c>.</param>
/// <param name="Step">The training step; 0 where there is none.</param>
/// <param name="Generation">Counts the versions of one file; 0 where there is one only.</param>
public sealed record SealContext(
    PartyId Party, StudyId Study, RunId Run, int Attempt, string Kind, long Step = 0, long Generation = 0)
{
    internal byte[] ToBytes()
    {
        // A kind has the characters of a party id; one rule is enough.
        if (!PartyId.IsValid(Kind))
        {
            throw new ArgumentException($"'{Kind}' is not a kind of sealed file: use 1 to 32 lower-case letters, digits and hyphens.");
        }

        using var bytes = new MemoryStream();
        Put(bytes, Encoding.UTF8.GetBytes(Party.Value));
        Put(bytes, Study.ToBytes());
        Put(bytes, Run.ToBytes());
        Put(bytes, Number(Attempt));
        Put(bytes, Encoding.UTF8.GetBytes(Kind));
        Put(bytes, Number(Step));
        Put(bytes, Number(Generation));
        return bytes.ToArray();
    }

    private static byte[] Number(long value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, value);
        return bytes;
    }

    private static void Put(MemoryStream bytes, byte[] field)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, field.Length);
        bytes.Write(length);
        bytes.Write(field);
    }
}
