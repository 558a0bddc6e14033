using System.Globalization;

namespace VerticalFL.Messages.Studies;

/// <summary>
/// Writes the expanded form of a study that <see cref="StudyExpander"/> has completed: every field, in the order of the schema; fields
/// without a meaning for the task or the optimiser are left out.
/// </summary>
internal static class StudyWriter
{
    public static byte[] Write(Study study)
    {
        var w = new CanonicalJsonWriter();
        w.StartObject();
        w.Write("version", study.Version);
        w.Write("name", study.Name);
        w.Write("purpose", study.Purpose);
        w.Write("protocolNumber", study.ProtocolNumber);
        w.Write("labelParty", study.LabelParty.Value);
        w.Write("featureParties", study.FeatureParties.Select(p => p.Value));
        if (study.Expires is { } expires)
        {
            w.Write("expires", expires.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        }
        else
        {
            w.WriteNull("expires");
        }

        w.Write("maxRuns", study.MaxRuns);
        w.Write("seed", study.Seed);
        w.Write("identifiers", study.Identifiers.Select(k => k.Select(i => $"{i.Column}:{Word(StudyWords.Identifiers, i.Kind)}")));
        w.StartObject("alignment");
        w.Write("protocol", study.Alignment.Protocol);
        w.Write("minimumPatients", study.Alignment.MinimumPatients);
        if (study.Alignment.PadTo is { } bound)
        {
            w.Write("padTo", bound);
        }

        w.EndObject();
        w.StartObject("data");
        foreach (PartyId party in study.Parties)
        {
            WriteData(w, party, study.Data[party]);
        }

        w.EndObject();
        WriteTask(w, study.Task);
        w.StartObject("model");
        WriteModel(w, study, study.Model);
        w.EndObject();
        if (study.Alternatives.Count > 0)
        {
            w.WriteObjects("alternatives", study.Alternatives, m => WriteModel(w, study, m));
        }

        WriteTraining(w, study.Training);
        w.StartObject("labels");
        w.Write("disclosedTo", study.Labels.DisclosedTo.Select(p => p.Value));
        w.Write("protection", Word(StudyWords.Protections, study.Labels.Protection));
        if (study.Labels.Protection == LabelProtection.Marvell)
        {
            w.Write("largestAuc", study.Labels.LargestAuc);
        }
        else if (study.Labels.Protection == LabelProtection.LabelDp)
        {
            w.Write("epsilon", study.Labels.Epsilon);
        }

        w.EndObject();
        w.StartObject("privacy");
        w.Write("ring", study.Privacy.Ring);
        if (study.Privacy.ReleaseNoise is { } noise)
        {
            w.StartObject("releaseNoise");
            w.Write("multiplier", noise.Multiplier);
            w.Write("clippingNorm", noise.ClippingNorm);
            w.EndObject();
        }

        if (study.Privacy.DifferentialPrivacy is { } differential)
        {
            w.StartObject("differentialPrivacy");
            w.Write("epsilon", differential.Epsilon);
            w.Write("delta", differential.Delta);
            w.Write("clippingNorm", differential.ClippingNorm);
            w.EndObject();
        }

        w.Write("release", study.Privacy.Release.Select(r => Word(StudyWords.Telemetry, r)));
        w.EndObject();
        w.StartObject("checkpoints");
        if (study.Checkpoints.EverySteps is { } steps)
        {
            w.Write("everySteps", steps);
        }
        else
        {
            w.WriteNull("everySteps");
        }

        w.EndObject();
        w.StartObject("evaluation");
        w.Write("compareAlone", study.Evaluation.CompareAlone);
        w.Write("bootstrap", study.Evaluation.Bootstrap);
        if (study.Evaluation.Subgroup is { } subgroup)
        {
            w.Write("subgroup", subgroup);
        }

        if (study.Evaluation.Contributions is { Count: > 0 } groups)
        {
            w.Write("contributions", groups.Select(g => g.Select(p => p.Value)));
        }

        if (study.Evaluation.Folds is { } folds)
        {
            w.Write("folds", folds);
        }

        w.EndObject();
        WriteAudit(w, study.Audit?.Limits);
        w.EndObject();
        return w.ToBytes();
    }

    private static void WriteAudit(CanonicalJsonWriter w, AuditLimits? limits)
    {
        if (limits is null)
        {
            return;
        }

        w.StartObject("audit");
        w.StartObject("limits");
        Limit("labelInferenceAuc", limits.LabelInferenceAuc);
        Limit("featureR2", limits.FeatureR2);
        Limit("membershipAuc", limits.MembershipAuc);
        w.EndObject();
        w.EndObject();

        void Limit(string name, double? value)
        {
            if (value is { } limit)
            {
                w.Write(name, limit);
            }
        }
    }

    private static void WriteData(CanonicalJsonWriter w, PartyId party, PartyData data)
    {
        w.StartObject(party.Value);
        w.Write("dataset", data.Dataset!);
        w.Write("include", data.Include);
        w.Write("exclude", data.Exclude);
        w.StartObject("kinds");
        foreach ((string column, ColumnKind kind) in data.Kinds.OrderBy(k => k.Key, StringComparer.Ordinal))
        {
            w.Write(column, Word(StudyWords.Columns, kind));
        }

        w.EndObject();
        if (data.Identifiers.Count > 0)
        {
            w.StartObject("identifiers");
            foreach ((string column, PartyIdentifier own) in data.Identifiers.OrderBy(i => i.Key, StringComparer.Ordinal))
            {
                w.Write(column, $"{own.Column}:{Word(StudyWords.Identifiers, own.Kind!.Value)}");
            }

            w.EndObject();
        }

        if (data.Ranges.Count > 0)
        {
            w.StartObject("ranges");
            foreach ((string column, ValueRange range) in data.Ranges.OrderBy(r => r.Key, StringComparer.Ordinal))
            {
                w.Write(column, range.Low, range.High);
            }

            w.EndObject();
        }

        if (data.Levels.Count > 0)
        {
            w.StartObject("levels");
            foreach ((string column, IReadOnlyList<string> levels) in data.Levels.OrderBy(l => l.Key, StringComparer.Ordinal))
            {
                w.Write(column, levels);
            }

            w.EndObject();
        }

        w.EndObject();
    }

    private static void WriteTask(CanonicalJsonWriter w, TaskSettings task)
    {
        w.StartObject("task");
        w.Write("kind", Word(StudyWords.Tasks, task.Kind));
        if (task.Kind == TaskKind.Survival)
        {
            w.Write("time", task.Time);
            w.Write("event", task.Event);
        }
        else
        {
            w.Write("label", task.Label);
        }

        if (task.Kind == TaskKind.Binary)
        {
            w.Write("positive", task.Positive);
        }

        w.Write("split", task.Split);
        w.Write("testFraction", task.TestFraction);
        w.EndObject();
    }

    private static void WriteModel(CanonicalJsonWriter w, Study study, ModelSettings model)
    {
        w.Write("preset", model.Preset);
        if (model.Members > 1)
        {
            w.Write("members", model.Members);
        }

        w.Write("cut", model.Cut);
        w.Write("top", model.Top);
        w.Write("topActivation", Word(StudyWords.Activations, model.TopActivation));
        w.Write("topDropout", model.TopDropout);
        w.StartObject("bottoms");
        foreach (PartyId party in study.Parties)
        {
            BottomSettings bottom = model.Bottoms[party];
            w.StartObject(party.Value);
            w.Write("layers", bottom.Layers);
            w.Write("activation", Word(StudyWords.Activations, bottom.Activation));
            w.Write("dropout", bottom.Dropout);
            w.Write("inputDropout", bottom.InputDropout);
            w.Write("layerNorm", bottom.LayerNorm);
            w.EndObject();
        }

        w.EndObject();
    }

    private static void WriteTraining(CanonicalJsonWriter w, TrainingSettings training)
    {
        w.StartObject("training");
        w.Write("epochs", training.Epochs);
        w.Write("batch", training.Batch);
        w.StartObject("optimizer");
        w.Write("kind", Word(StudyWords.Optimizers, training.Optimizer.Kind));
        w.Write("learningRate", training.Optimizer.LearningRate);
        w.Write("weightDecay", training.Optimizer.WeightDecay);
        if (training.Optimizer.Kind == OptimizerKind.Sgd)
        {
            w.Write("momentum", training.Optimizer.Momentum);
        }

        w.EndObject();
        if (training.Schedule is { } schedule)
        {
            w.StartObject("schedule");
            w.Write("decay", Word(StudyWords.Decays, schedule.Decay));
            w.Write("warmupEpochs", schedule.WarmupEpochs);
            w.EndObject();
        }

        w.StartObject("earlyStopping");
        w.Write("validation", training.EarlyStopping.Validation);
        w.Write("patience", training.EarlyStopping.Patience);
        if (training.EarlyStopping.Refit)
        {
            w.Write("refit", true);
        }

        w.EndObject();
        w.Write("classWeights", Word(StudyWords.ClassWeights, training.ClassWeights));
        w.Write("staleness", training.Staleness);
        w.Write("gradients", Word(StudyWords.Gradients, training.Gradients));
        if (training.PartyDropout > 0)
        {
            w.Write("partyDropout", training.PartyDropout);
        }

        w.EndObject();
    }

    private static string Word<T>(WordTable<T> table, T value)
        where T : struct, Enum =>
        table.TryWrite(value, out string? word) ? word : throw new InvalidOperationException(
            $"{value} has no word; the rules let it pass.");
}
