namespace VerticalFL.Messages.Studies;

/// <summary>A pass of an alignment in words.</summary>
public static class IdentifierPass
{
    /// <summary>For example <c>pass 2 of 3, by name + birth_date</c>.</summary>
    /// <param name="keys">The study's keys, in its order.</param>
    /// <param name="pass">Which of them is under way, from 1; null for none.</param>
    /// <returns>The words; null when there is no such pass, or one only.</returns>
    public static string? InWords(IReadOnlyList<IReadOnlyList<IdentifierColumn>> keys, int? pass)
    {
        ArgumentNullException.ThrowIfNull(keys);
        return keys.Count > 1 && pass >= 1 && pass <= keys.Count
            ? $"pass {pass} of {keys.Count}, by {string.Join(" + ", keys[pass.Value - 1].Select(c => c.Column))}"
            : null;
    }
}
