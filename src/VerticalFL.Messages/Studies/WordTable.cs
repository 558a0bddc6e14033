using System.Diagnostics.CodeAnalysis;

namespace VerticalFL.Messages.Studies;

/// <summary>An enumeration's values and their words in a study, one to one.</summary>
internal sealed class WordTable<T>(params (T Value, string Word)[] entries)
    where T : struct, Enum
{
    public IEnumerable<string> Words => entries.Select(e => e.Word);

    public IEnumerable<T> Values => entries.Select(e => e.Value);

    public bool TryRead(string word, out T value)
    {
        foreach ((T candidate, string candidateWord) in entries)
        {
            if (string.Equals(candidateWord, word, StringComparison.Ordinal))
            {
                value = candidate;
                return true;
            }
        }

        value = default;
        return false;
    }

    public bool TryWrite(T value, [NotNullWhen(true)] out string? word)
    {
        foreach ((T candidate, string candidateWord) in entries)
        {
            if (EqualityComparer<T>.Default.Equals(candidate, value))
            {
                word = candidateWord;
                return true;
            }
        }

        word = null;
        return false;
    }
}
