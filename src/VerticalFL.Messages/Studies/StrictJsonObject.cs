namespace VerticalFL.Messages.Studies;

/// <summary>A JSON object with a known set of fields. Asking for a field makes it known; <see cref="End"/> refuses every other.</summary>
internal sealed class StrictJsonObject(string path, IReadOnlyList<(string Key, StrictJsonValue Value)> members)
{
    private readonly List<string> _known = [];

    public string Path => path;

    public StrictJsonValue? Find(string field)
    {
        _known.Add(field);
        foreach ((string key, StrictJsonValue value) in members)
        {
            if (key == field)
            {
                return value;
            }
        }

        return null;
    }

    public T Optional<T>(string field, T absent, Func<StrictJsonValue, T> read) => Find(field) is { } value ? read(value) : absent;

    public T Required<T>(string field, string remedy, Func<StrictJsonValue, T> read)
    {
        StrictJsonValue? found = Find(field);

        // A misspelt field explains a missing one better than the missing one does.
        if (found is null && members.FirstOrDefault(m => LookAlike.IsNear(m.Key, field)) is { Key: { } key })
        {
            throw new StudyException(path, $"the field '{field}' is missing; is '{key}' meant to be it?");
        }

        return found is { } value ? read(value) : throw new StudyException(path, $"the field '{field}' is missing; {remedy}");
    }

    /// <summary>Refuses a field that has no meaning here.</summary>
    public void Forbid(string field, string reason)
    {
        if (Find(field) is { } value)
        {
            throw value.Refuse(reason);
        }

        _known.Remove(field);
    }

    public void End()
    {
        foreach ((string key, StrictJsonValue value) in members)
        {
            if (!_known.Contains(key))
            {
                throw value.Refuse($"there is no field '{key}'; {LookAlike.Hint(key, _known)}");
            }
        }
    }
}
