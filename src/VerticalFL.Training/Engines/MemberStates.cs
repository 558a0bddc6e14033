namespace VerticalFL.Training.Engines;

/// <summary>How one member's state is written and read.</summary>
/// <param name="Save">Writes it.</param>
/// <param name="Load">Reads exactly what was written, and changes nothing unless all of it is right.</param>
internal readonly record struct MemberState(Action<Stream> Save, Action<Stream> Load);

/// <summary>The states of a model's members, one after the other in a stream.</summary>
internal static class MemberStates
{
    /// <summary>Reads all of them; when one is refused, those before it get back what they had.</summary>
    /// <exception cref="InvalidDataException">The stream is damaged, of another format, or of another model.</exception>
    /// <exception cref="InvalidOperationException">Gradients wait for a step.</exception>
    public static void Load(IReadOnlyList<MemberState> members, Stream source)
    {
        MemoryStream[] before = [.. members.Select(Saved)];
        int loaded = 0;
        try
        {
            for (; loaded < members.Count; loaded++)
            {
                members[loaded].Load(source);
            }
        }
        catch
        {
            for (int member = 0; member < loaded; member++)
            {
                members[member].Load(before[member]);
            }

            throw;
        }
    }

    private static MemoryStream Saved(MemberState member)
    {
        var state = new MemoryStream();
        member.Save(state);
        state.Position = 0;
        return state;
    }
}
