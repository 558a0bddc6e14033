using System.Diagnostics.CodeAnalysis;

namespace VerticalFL.Messages;

/// <summary>
/// The name of one organisation in a consortium: 1 to 32 characters, lower-case ASCII letters, digits and hyphens, first a letter.
/// Party ids are compared ordinally; every ordering in the protocols ("the lower party id") is this one.
/// </summary>
public readonly record struct PartyId : IComparable<PartyId>
{
    /// <summary>The longest id, in characters.</summary>
    public const int MaxLength = 32;

    /// <summary>The coordinator's own name; no party may take it.</summary>
    public static readonly PartyId Coordinator = new("coordinator");

    private readonly string? _value;

    /// <summary>Makes an id from text.</summary>
    /// <exception cref="ArgumentException">The text is not a party id.</exception>
    public PartyId(string value)
    {
        if (!IsValid(value))
        {
            throw new ArgumentException(
                $"'{value}' is not a party id: use 1 to {MaxLength} lower-case letters, digits and hyphens, first a letter.", nameof(value));
        }

        _value = value;
    }

    /// <summary>The id as text; empty for the default value, which names nobody.</summary>
    public string Value => _value ?? "";

    /// <summary>The URI that stands in the subject alternative name of this party's certificates.</summary>
    public string Uri => "urn:vfl:party:" + Value;

    /// <summary>Whether the text is a party id.</summary>
    public static bool IsValid([NotNullWhen(true)] string? value)
    {
        if (string.IsNullOrEmpty(value) || value.Length > MaxLength || value[0] is < 'a' or > 'z')
        {
            return false;
        }

        foreach (char c in value)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
            {
                return false;
            }
        }

        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(PartyId other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Ordinal comparison.</summary>
    public static bool operator <(PartyId left, PartyId right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal comparison.</summary>
    public static bool operator >(PartyId left, PartyId right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal comparison.</summary>
    public static bool operator <=(PartyId left, PartyId right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal comparison.</summary>
    public static bool operator >=(PartyId left, PartyId right) => left.CompareTo(right) >= 0;
}
