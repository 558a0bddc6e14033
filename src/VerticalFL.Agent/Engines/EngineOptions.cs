namespace VerticalFL.Agent.Engines;

/// <summary>What this party's bottom models are computed with. Only the party's own configuration says so; a study cannot name an engine.</summary>
public sealed record EngineOptions
{
    /// <summary>Threads of the managed engine; the model is the same for any number. Default: 1.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// An assembly with an engine of the party's own: one file that needs nothing but what the agent has. Its code runs with the agent's rights and
    /// sees the party's table. Default: none, which is the managed engine.
    /// </summary>
    public string? Assembly { get; init; }

    /// <summary>
    /// A folder with an engine that has packages or native libraries beside it, as <c>dotnet publish</c> writes it; in place of an assembly. It is copied into the
    /// state directory at each start. Default: none.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// SHA-256 of the assembly's file, or of the list of the folder's files with theirs, 64 hexadecimal digits: other files are refused.
    /// </summary>
    public string? Sha256 { get; init; }

    /// <summary>What cannot be used, as a JSON path and a sentence, or null.</summary>
    internal string? Problem =>
        Threads is < 1 or > 256 ? $"threads: {Threads} is not a number of threads: 1 to 256 are allowed."
        : Assembly is not null && Folder is not null ? "folder: an engine is an assembly or a folder: leave one of them out."
        : Assembly is null && Folder is null ? (Sha256 is null ? null : "sha256: there is no assembly or folder that this is the hash of.")
        : Threads != 1 ? "threads: an engine of the party's own chooses its threads itself: leave the field out."
        : Sha256 is not { Length: 64 } || !Sha256.All(char.IsAsciiHexDigit) ? $"sha256: {(Folder is null ? "an assembly needs its file's" : "a folder needs the")} SHA-256{(Folder is null ? "" : " of its files")}, 64 hexadecimal digits."
        : null;
}
