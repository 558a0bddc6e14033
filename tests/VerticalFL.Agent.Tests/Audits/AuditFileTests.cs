using VerticalFL.Agent.Audits;
using VerticalFL.Agent.Runs;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using VerticalFL.Training.Audits;
using VerticalFL.Training.Engines;
using Xunit;

namespace VerticalFL.Agent.Tests.Audits;

public sealed class AuditFileTests : IDisposable
{
    private static readonly PartyId Lab = new("lab");

    private static readonly Study Study = new()
    {
        Name = "audit", LabelParty = new("hospital"), FeatureParties = [Lab], Task = new() { Kind = TaskKind.Binary }, Labels = new(),
        Model = new() { Cut = 3, Bottoms = new Dictionary<PartyId, BottomSettings> { [Lab] = new() { Layers = [4] } } },
    };

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Take_opens_what_was_saved_once_with_the_trained_model_over_any_table()
    {
        using StorageKey key = StorageKey.Open(_directory.Path);
        var table = new FeatureMatrix([1, 2, 3, 4], 2, 2, ["a", "b"]);
        using IBottomModel trained = new ManagedEngine().Create(new BottomModelPlan(table, Study.Model.Bottoms[Lab], 3, Study.Training.Optimizer, new byte[] { 7 }.Concat(new byte[31]).ToArray()));
        var saved = new AuditFile(new AuditView([5, 9], new float[6], new float[6], []), ["a", "b"], table.Values, 0, TrainedPart.StateOf(trained.SaveState));
        var folders = new RunFolder(_directory.Path);
        var run = new SealContext(Lab, default, RunId.FromBytes(new byte[RunId.Size]), 0, "run");

        saved.Save(folders, key, run);
        AuditFile taken = AuditFile.Take(folders, key, run);

        Assert.Equal([5, 9], taken.View.Rows);
        Assert.Equal(saved.Values, taken.Values);
        Assert.Equal(Outputs(trained), Outputs(taken.CopiesOf(Study, Lab)!.Trained(table)));
        Assert.NotEqual(Outputs(trained), Outputs(taken.CopiesOf(Study, Lab)!.Fresh(table)));
        Assert.Null((taken with { Bottom = [] }).CopiesOf(Study, Lab));
        Assert.Throws<StorageException>(() => AuditFile.Take(folders, key, run));
    }

    private static float[] Outputs(IBottomModel model)
    {
        float[] outputs = new float[6];
        model.Forward([0, 1], 0, training: false, outputs);
        return outputs;
    }
}
