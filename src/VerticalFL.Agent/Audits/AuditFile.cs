using VerticalFL.Agent.Runs;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Engines;

namespace VerticalFL.Agent.Audits;

/// <summary>
/// What one party of a simulation saw, with its own data beside it, sealed in the run's folder until the simulation has judged it. Outside a simulation it is never
/// written.
/// </summary>
/// <param name="View">What it saw.</param>
/// <param name="Names">The names of <paramref name="Values"/>'s columns: its features, or at the label party of a binary task <c>outcome</c>.</param>
/// <param name="Values">The view's rows of its own data, row-major.</param>
/// <param name="Model">Which of the study's models it is, from 0.</param>
/// <param name="Bottom">At a feature party with the managed engine the state of its trained bottom; else empty.</param>
internal sealed record AuditFile(AuditView View, string[] Names, float[] Values, int Model, byte[] Bottom)
{
    private const string Kind = "audit-view";
    private static readonly ManagedEngine Engine = new();

    /// <summary>Whether a party's model can be opened again for an attack: its engine is the one that everybody has.</summary>
    public static bool CanReopen(IBottomEngine engine) => ModelCard.NameOf(engine) == ModelCard.NameOf(Engine);

    /// <summary>Copies of the party's bottom over other tables; null where there is none to be had.</summary>
    public BottomCopies? CopiesOf(Study study, PartyId party)
    {
        Study one = study.WithModel(Model);
        return Bottom.Length == 0 ? null : new BottomCopies(Trained, Fresh);

        IBottomModel Fresh(FeatureMatrix table) =>
            MemberBottoms.Create(
                Engine, new BottomModelPlan(table, one.Model.Bottoms[party], one.Model.Cut, one.Training.Optimizer, new byte[PartySeed.Size]), one.Model.Members);

        IBottomModel Trained(FeatureMatrix table)
        {
            IBottomModel bottom = Fresh(table);
            try
            {
                bottom.LoadState(new MemoryStream(Bottom));
                return bottom;
            }
            catch
            {
                bottom.Dispose();
                throw;
            }
        }
    }

    /// <exception cref="IOException">The disk refused.</exception>
    public void Save(RunFolder folders, StorageKey key, SealContext run)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        writer.Write(View.Rows.Count);
        foreach (int row in View.Rows)
        {
            writer.Write(row);
        }

        writer.Write(Names.Length);
        foreach (string name in Names)
        {
            writer.Write(name);
        }

        foreach (float[] values in new[] { View.Last, View.Averaged, View.Gradients, Values })
        {
            writer.Write(values.Length);
            foreach (float value in values)
            {
                writer.Write(value);
            }
        }

        writer.Write(Model);
        writer.Write(Bottom.Length);
        writer.Write(Bottom);
        writer.Flush();
        SealedFile.Write(key, folders.PathOf(run.Run, FileName), ContextOf(run), memory.ToArray());
    }

    /// <summary>Opens what <see cref="Save"/> sealed, and deletes it.</summary>
    /// <exception cref="StorageException">It is not there, or not what this party sealed.</exception>
    public static AuditFile Take(RunFolder folders, StorageKey key, SealContext run)
    {
        string path = folders.PathOf(run.Run, FileName);
        byte[] content = File.Exists(path) ? SealedFile.Read(key, path, ContextOf(run), Array.MaxLength) : throw new StorageException($"'{path}' is missing: the run ended before its audit was written.");
        File.Delete(path);
        using var reader = new BinaryReader(new MemoryStream(content));
        int[] rows = new int[reader.ReadInt32()];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = reader.ReadInt32();
        }

        string[] names = new string[reader.ReadInt32()];
        for (int i = 0; i < names.Length; i++)
        {
            names[i] = reader.ReadString();
        }

        float[] last = Floats(), averaged = Floats(), gradients = Floats(), values = Floats();
        int model = reader.ReadInt32();
        return new AuditFile(new AuditView(rows, last, averaged, gradients), names, values, model, reader.ReadBytes(reader.ReadInt32()));

        float[] Floats()
        {
            float[] read = new float[reader.ReadInt32()];
            for (int i = 0; i < read.Length; i++)
            {
                read[i] = reader.ReadSingle();
            }

            return read;
        }
    }

    private static string FileName => Kind + ".sealed";

    private static SealContext ContextOf(SealContext run) => run with { Attempt = 0, Kind = Kind };
}
