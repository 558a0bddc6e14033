using VerticalFL.Messages.Studies;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Training.Tests.Split;

public sealed class SampleStudyTests
{
    [Theory]
    [InlineData("support2", TaskKind.Binary)]
    [InlineData("tcga-brca", TaskKind.Multiclass)]
    [InlineData("metabric", TaskKind.Survival)]
    public void Sample_study_expands(string name, TaskKind task)
    {
        Study study = StudyDocument.Expand(File.ReadAllBytes(RepositoryFiles.PathTo("samples", "studies", name, "study.json"))).Study;

        Assert.Equal((name, task, 2), (study.Name, study.Task.Kind, study.FeatureParties.Count));
    }
}
