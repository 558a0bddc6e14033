namespace VerticalFL.Messages;

/// <summary>SHA-256 over the exact bytes of an expanded study: what is approved, signed, stored and run.</summary>
public readonly record struct StudyId
{
    /// <summary>The size in bytes.</summary>
    public const int Size = 32;

    private readonly string? _hex;

    private StudyId(string hex) => _hex = hex;

    /// <summary>Lower-case hexadecimal text, two characters a byte.</summary>
    public string Hex => _hex ?? new string('0', Size * 2);

    /// <summary>The first eight hexadecimal characters: what a person reads and types.</summary>
    public string Short => Hex[..8];

    /// <summary>Makes an id from exactly <see cref="Size"/> bytes.</summary>
    /// <exception cref="ArgumentException">The length differs.</exception>
    public static StudyId FromBytes(ReadOnlySpan<byte> bytes) => bytes.Length == Size
        ? new StudyId(Convert.ToHexStringLower(bytes))
        : throw new ArgumentException($"A StudyId has {Size} bytes, not {bytes.Length}.", nameof(bytes));

    /// <summary>Reads hexadecimal text; false when it is not exactly <see cref="Size"/> bytes of it.</summary>
    public static bool TryParse(string? text, out StudyId id)
    {
        if (text is { Length: Size * 2 } && text.All(char.IsAsciiHexDigit))
        {
            id = new StudyId(text.ToLowerInvariant());
            return true;
        }

        id = default;
        return false;
    }

    /// <summary>The id's bytes.</summary>
    public byte[] ToBytes() => Convert.FromHexString(Hex);

    /// <summary>Whether the bytes are equal; the default value is the id of zeros.</summary>
    public bool Equals(StudyId other) => Hex == other.Hex;

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Hex, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
