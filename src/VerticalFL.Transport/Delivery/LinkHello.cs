using VerticalFL.Messages;
using VerticalFL.Messages.MessagePack;

namespace VerticalFL.Transport.Delivery;

/// <summary>What a link is for: the first frame both ways. Both ends must say the same.</summary>
/// <param name="Binding">Study, run, attempt and stream.</param>
/// <param name="From">Who says it.</param>
/// <param name="To">Whom it is said to.</param>
/// <param name="Incarnation">16 random bytes of the sender's channel, in hexadecimal: another value means that its memory is gone.</param>
/// <param name="Known">The peer's incarnation when this is not the first link, otherwise empty.</param>
/// <param name="Window">How much unacknowledged data the sender of this hello takes, in cost units (payload + 32 per frame).</param>
internal sealed record LinkHello(ChannelBinding Binding, PartyId From, PartyId To, string Incarnation, string Known, int Window)
{
    /// <summary>The version of the frames between parties.</summary>
    public const int Version = 1;

    private const int IncarnationSize = 16;

    public byte[] Encode()
    {
        var writer = new MessagePackWriter();
        writer.WriteArrayHeader(10);
        writer.WriteInt(Version);
        writer.WriteBinary(Binding.Study.ToBytes());
        writer.WriteBinary(Binding.Run.ToBytes());
        writer.WriteInt(Binding.Attempt);
        writer.WriteString(Binding.Stream);
        writer.WriteString(From.Value);
        writer.WriteString(To.Value);
        writer.WriteBinary(Convert.FromHexString(Incarnation));
        writer.WriteBinary(Convert.FromHexString(Known));
        writer.WriteInt(Window);
        return writer.Written.ToArray();
    }

    /// <summary>What a hello says that its link is for; the rest of it is left to <see cref="Compare"/>.</summary>
    /// <exception cref="MessageFormatException">The bytes are no hello of this version.</exception>
    public static ChannelBinding BindingOf(ReadOnlySpan<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        reader.ReadArrayHeader(10, 10);
        reader.ReadInt32(Version, Version);
        return ReadBinding(ref reader);
    }

    /// <summary>Reads the peer's hello and compares it with this side's.</summary>
    /// <returns>The peer's hello, and null or the clause that says what differs.</returns>
    /// <exception cref="MessageFormatException">The bytes are no hello.</exception>
    public (LinkHello? Theirs, string? Problem) Compare(ReadOnlySpan<byte> bytes)
    {
        var reader = new MessagePackReader(bytes);
        int count = reader.ReadArrayHeader(1, 64);
        int version = reader.ReadInt32(0, int.MaxValue);
        if (version != Version || count != 10)
        {
            return (null, $"it speaks version {version} of the channel protocol instead of {Version}");
        }

        ChannelBinding binding = ReadBinding(ref reader);
        string from = reader.ReadString(PartyId.MaxLength);
        string to = reader.ReadString(PartyId.MaxLength);
        string incarnation = Convert.ToHexStringLower(reader.ReadBinaryExact(IncarnationSize));
        ReadOnlySpan<byte> known = reader.ReadBinary(IncarnationSize);
        int window = reader.ReadInt32(ChannelOptions.SmallestWindow, ChannelOptions.LargestWindow);
        reader.End();
        if (known.Length is not (0 or IncarnationSize))
        {
            throw new MessageFormatException("An incarnation is malformed.");
        }

        string? problem =
            from != To.Value ? Differs("says it is party", from, To.Value)
            : to != From.Value ? Differs("wants party", to, From.Value)
            : binding.Study.Hex != Binding.Study.Hex ? Differs("is at study", binding.Study.Short, Binding.Study.Short)
            : binding.Run.Hex != Binding.Run.Hex ? Differs("is at run", binding.Run.Short, Binding.Run.Short)
            : binding.Attempt != Binding.Attempt ? $"it is at attempt {binding.Attempt} instead of {Binding.Attempt}"
            : binding.Stream != Binding.Stream ? $"it opens another stream than '{Binding.Stream}'"
            : Known.Length > 0 && incarnation != Known ? $"party '{To}' restarted; a new attempt is needed"
            : known.Length > 0 && Convert.ToHexStringLower(known) != Incarnation ? $"party '{From}' restarted; a new attempt is needed"
            : null;
        return (problem is null ? new LinkHello(binding, To, From, incarnation, Convert.ToHexStringLower(known), window) : null, problem);
    }

    private static ChannelBinding ReadBinding(ref MessagePackReader reader) => new(
        StudyId.FromBytes(reader.ReadBinaryExact(StudyId.Size)),
        RunId.FromBytes(reader.ReadBinaryExact(RunId.Size)),
        reader.ReadInt32(1, int.MaxValue),
        reader.ReadString(ChannelBinding.MaxStreamLength));

    // A hostile name is not repeated unless it is at least shaped like one.
    private static string Differs(string verb, string theirs, string ours) =>
        theirs.All(char.IsAsciiLetterOrDigit) ? $"it {verb} {theirs} instead of {ours}" : $"it {verb} something else than {ours}";
}
