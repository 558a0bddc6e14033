namespace VerticalFL.Messages.Studies;

/// <summary>Reads the network; what is not written comes from the preset.</summary>
internal static class ModelReader
{
    /// <summary>The model of a study that says nothing about it.</summary>
    public static ModelSettings Absent(TaskKind task) => FromPreset(ModelPreset.All[0], task);

    public static ModelSettings Read(StrictJsonValue value, TaskKind task)
    {
        StrictJsonObject o = value.Object();
        ModelPreset preset = o.Optional("preset", ModelPreset.All[0], ReadPreset);
        ModelSettings standing = FromPreset(preset, task);
        StrictJsonValue? cut = o.Find("cut");
        if (cut is null && standing.Cut == 0)
        {
            throw value.Refuse($"the preset '{preset.Name}' needs the number of classes here; add \"cut\".");
        }

        int members = o.Optional("members", standing.Members, v => v.Integer());
        var read = standing with
        {
            Members = members,
            Cut = cut?.Integer() ?? standing.Cut * Math.Clamp(members, 1, MemberRules.Most),
            Top = o.Optional("top", standing.Top, v => v.List(w => w.Integer())),
            TopActivation = o.Optional("topActivation", standing.TopActivation, v => v.Word(StudyWords.Activations)),
            TopDropout = o.Optional("topDropout", standing.TopDropout, v => v.Number()),
            Bottoms = o.Optional("bottoms", standing.Bottoms, v => StudyReader.ByParty(v, b => ReadBottom(b, preset.Bottom))),
        };
        o.End();
        return read;
    }

    // A cut of 0 stands for "not known": a linear model of several classes has one output a class.
    private static ModelSettings FromPreset(ModelPreset preset, TaskKind task) => new()
    {
        Preset = preset.Name,
        Cut = preset.Cut ?? (task == TaskKind.Multiclass ? 0 : 1),
        Top = preset.Top,
        TopActivation = preset.TopActivation,
        TopDropout = preset.TopDropout,
    };

    private static ModelPreset ReadPreset(StrictJsonValue value)
    {
        string name = value.Text();
        return ModelPreset.Find(name)
            ?? throw value.Refuse($"'{name}' is not a preset; {LookAlike.Hint(name, ModelPreset.All.Select(p => p.Name))}");
    }

    private static BottomSettings ReadBottom(StrictJsonValue value, BottomSettings preset)
    {
        StrictJsonObject o = value.Object();
        IReadOnlyList<int> layers = o.Optional("layers", preset.Layers, v => v.List(w => w.Integer()));

        // With layers of its own a party leaves a linear preset, and without any it becomes one.
        BottomSettings ofLayers = preset.Layers.Count == 0 ? ModelPreset.All[0].Bottom : preset;
        BottomSettings standing = layers.Count == 0 ? ModelPreset.LinearBottom : ofLayers;
        var read = new BottomSettings
        {
            Layers = layers,
            Activation = o.Optional("activation", standing.Activation, v => v.Word(StudyWords.Activations)),
            Dropout = o.Optional("dropout", standing.Dropout, v => v.Number()),
            InputDropout = o.Optional("inputDropout", standing.InputDropout, v => v.Number()),
            LayerNorm = o.Optional("layerNorm", standing.LayerNorm, v => v.Boolean()),
        };
        o.End();
        return read;
    }
}
