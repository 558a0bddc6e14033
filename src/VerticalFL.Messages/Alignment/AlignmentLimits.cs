namespace VerticalFL.Messages.Alignment;

/// <summary>The limits that every alignment message is checked against.</summary>
public static class AlignmentLimits
{
    /// <summary>The largest set that one party may bring, in identifiers: 2^26.</summary>
    public const int MaxItems = 1 << 26;

    /// <summary>The fewest parties: the leader and one follower.</summary>
    public const int MinParties = 2;

    /// <summary>The most parties: the leader and eight followers.</summary>
    public const int MaxParties = 9;

    /// <summary>The most keys that a study may list, and so the most passes of one alignment.</summary>
    public const int MaxKeys = 8;

    /// <summary>How many elements, tags or slots one message carries at most. Large sets are streamed in chunks of this size.</summary>
    public const int ChunkElements = 4096;

    /// <summary>How many tags one message marks at most: 2^19, a bit for each.</summary>
    public const int ChunkMarks = 1 << 19;

    /// <summary>The size of an encoded group element, in bytes.</summary>
    public const int ElementSize = 32;

    /// <summary>The largest tag or OKVS value, in bytes.</summary>
    public const int MaxTagSize = 16;

    /// <summary>The size of an OKVS seed, in bytes.</summary>
    public const int OkvsSeedSize = 32;

    /// <summary>The most slots an OKVS may have: 2^28, more than the expansion of <see cref="MaxItems"/> asks for.</summary>
    public const int MaxOkvsSlots = 1 << 28;

    /// <summary>The size of a session id, a contribution and a digest, in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>The size of an element of GF(2^128), in bytes.</summary>
    public const int VoleBlockSize = 16;

    /// <summary>The size of the request of a VOLE's base transfers with a commitment, in bytes.</summary>
    public const int VoleRequestSize = (2 * 128 * ElementSize) + KeySize;

    /// <summary>The largest answer to it, in bytes: 736 blocks of choices, which 2^27 slots ask for.</summary>
    public const int MaxVoleAnswerSize = (128 * ElementSize) + (((128 * (736 + 2)) + 1) * VoleBlockSize);

    /// <summary>The largest message of sums, in bytes: 640 trees of depth 19.</summary>
    public const int MaxVoleSumsSize = ((2 * 640 * 19) + 640) * VoleBlockSize;

    /// <summary>The size of what stands before the slots of a VOLE's table, in bytes: a seed and a word.</summary>
    public const int VoleTableHeaderSize = OkvsSeedSize + VoleBlockSize;

    /// <summary>The size of an alignment's id, in bytes.</summary>
    public const int IdSize = 16;

    /// <summary>Room for the array head, the type number, the integers and the heads of binary fields, in bytes.</summary>
    internal const int Overhead = 32;
}
