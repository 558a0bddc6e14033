using VerticalFL.Coordinator.Registry;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;
using Xunit;
using static VerticalFL.Coordinator.Tests.Registry.RegistryFixture;

namespace VerticalFL.Coordinator.Tests.Registry;

public sealed class StudyRegistryTests : IDisposable
{
    private readonly RegistryFixture _fixture = new();

    private StudyRegistry Studies => _fixture.Studies;

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void Submit_same_study_twice_is_one_study()
    {
        StudyDocument first = _fixture.Submit();
        StudyDocument expanded = Studies.Submit(first.Bytes.Span);

        Assert.Equal(first.Id, expanded.Id);
        Assert.Single(Studies.List(_ => true));
    }

    [Fact]
    public void Submit_invalid_study_is_refused()
    {
        LocalRequestException refused = Assert.Throws<LocalRequestException>(() => _fixture.Submit("""{ "name": "x" }"""));

        Assert.Equal(LocalRefusal.InvalidStudy, refused.Refusal);
    }

    [Fact]
    public void Find_needs_eight_characters_and_one_match()
    {
        StudyDocument document = _fixture.Submit();

        Assert.Equal(document.Id, Studies.Find(document.Id.Hex[..8].ToUpperInvariant()).Id);
        Assert.Equal(LocalRefusal.NotFound, Assert.Throws<LocalRequestException>(() => Studies.Find(document.Id.Hex[..7])).Refusal);
        Assert.Equal(LocalRefusal.NotFound, Assert.Throws<LocalRequestException>(() => Studies.Find("00000000")).Refusal);
    }

    [Fact]
    public void Decide_refuses_strangers_repeats_and_unknown_studies()
    {
        StudyDocument document = _fixture.Submit();
        SignedApproval lab = _fixture.Sign(Lab, document);
        StudyDocument unknown = StudyDocument.Expand(System.Text.Encoding.UTF8.GetBytes(Study(maxRuns: 1)));

        Assert.Contains("another party", Studies.Decide(Pharmacy, lab), StringComparison.Ordinal);
        Assert.Contains("unknown study", Studies.Decide(Lab, _fixture.Sign(Lab, unknown)), StringComparison.Ordinal);
        Assert.Null(Studies.Decide(Lab, lab));
        Assert.Null(Studies.Decide(Lab, lab));
        _fixture.Clock.Now += TimeSpan.FromSeconds(2);
        Assert.Null(Studies.Decide(Lab, _fixture.Sign(Lab, document, approve: false)));
        Assert.Contains("newer decision", Studies.Decide(Lab, lab), StringComparison.Ordinal);
        Assert.Equal("rejected", Studies.View(document.Id, _ => true).Parties.Single(p => p.Party == "lab").Decision);
    }
}
