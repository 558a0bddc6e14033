using System.Text;
using VerticalFL.Governance.Policies;
using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Governance;
using VerticalFL.Messages.Studies;
using VerticalFL.Transport.Local;
using Xunit;
using static VerticalFL.Agent.Tests.Studies.DeskFixture;

namespace VerticalFL.Agent.Tests.Studies;

public sealed class StudyDeskTests : IDisposable
{
    private readonly DeskFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public void WhyNot_all_approvals_and_own_decision_allows_the_run()
    {
        StudyDocument document = _fixture.Known();

        Assert.Null(_fixture.Desk.WhyNot(_fixture.FullOrder(document)));
    }

    [Fact]
    public void WhyNot_names_what_is_missing()
    {
        StudyDocument document = _fixture.Known();
        SignedApproval hospital = _fixture.Sign(Hospital, document), lab = _fixture.Sign(Lab, document), pharmacy = _fixture.Sign(Pharmacy, document);
        StudyDocument unknown = Document(name: "unknown");

        Expect("not known here", _fixture.FullOrder(unknown));
        Expect("party 'hospital' has not approved", _fixture.Order(document));
        Expect("party 'pharmacy' has not approved", _fixture.Order(document, hospital, lab));
        Expect("party 'pharmacy' has not approved", _fixture.Order(document, hospital, lab, lab));
        Expect("not an approval of this study", _fixture.Order(document, hospital, lab, _fixture.Sign(Pharmacy, document, approve: false)));
        Expect("not an approval of this study", _fixture.Order(document, hospital, lab, _fixture.Sign(Pharmacy, unknown)));
        Expect("malformed", _fixture.FullOrder(document) with { Approvals = [new byte[] { 0xc1 }] });
        Expect("signature is wrong", _fixture.Order(document, hospital, lab, pharmacy with { Signature = lab.Signature }));
        Expect("it expired on", _fixture.Order(document, hospital, lab, _fixture.Sign(Pharmacy, document, change: a => a with { Expires = a.Time.AddDays(-1) })));
    }

    [Fact]
    public void Offer_of_more_studies_than_anybody_decides_on_is_refused_and_told_once_until_there_is_room()
    {
        StudyDocument first = Document(name: "study0");
        for (int i = 0; i < Agent.Studies.StudyDesk.MostUndecided; i++)
        {
            Assert.Null(_fixture.Desk.Offer(Document(name: $"study{i}").Bytes));
        }

        StudyDocument late = Document(name: "late");
        PeerProtocolException refusal = Assert.Throws<PeerProtocolException>(() => _fixture.Desk.Offer(late.Bytes));
        Assert.Contains("200 studies", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("vfl study reject", refusal.Message, StringComparison.Ordinal);
        Assert.Null(_fixture.Desk.Offer(late.Bytes));
        Assert.Null(_fixture.Store.Find(late.Id));

        // What is known is heard all the same, and a decision makes room.
        Assert.Null(_fixture.Desk.Offer(first.Bytes));
        _fixture.Desk.Decide(first.Id.Hex, _fixture.Sign(Lab, first, approve: false));
        Assert.Null(_fixture.Desk.Offer(late.Bytes));
        Assert.NotNull(_fixture.Store.Find(late.Id));
        Assert.Throws<PeerProtocolException>(() => _fixture.Desk.Offer(Document(name: "later").Bytes));
    }

    [Fact]
    public void Offer_of_more_bytes_than_anybody_decides_on_is_refused()
    {
        string columns = string.Join(", ", Enumerable.Range(0, 2_000).Select(i => $"\"{new string('c', 100)}{i}\""));
        int offered = 0;
        Assert.Throws<PeerProtocolException>(() =>
        {
            for (; offered < Agent.Studies.StudyDesk.MostUndecided; offered++)
            {
                _fixture.Desk.Offer(Document($", \"data\": {{ \"lab\": {{ \"exclude\": [{columns}] }} }}", name: $"wide{offered}").Bytes);
            }
        });

        Assert.InRange(offered, 20, 60);
    }

    [Theory]
    [InlineData(8, false, "left a test AUC of about 0.69, without it 0.83, its label party alone 0.78")]
    [InlineData(0.001, true, "the smallest that can is 0.01")]
    public void View_of_differential_privacy_forecasts_its_cost_and_an_epsilon_that_cannot_be_kept_is_not_approved(double epsilon, bool refused, string text)
    {
        StudyDocument document = StudyDocument.Expand(Encoding.UTF8.GetBytes(string.Create(System.Globalization.CultureInfo.InvariantCulture, $$"""
            { "name": "private", "labelParty": "hospital", "featureParties": ["lab", "pharmacy"], "task": "binary", "labels": {},
              "data": { "lab": { "ranges": { "a": [0, 1] } }, "pharmacy": { "ranges": { "b": [0, 1] } } },
              "training": { "epochs": 3, "earlyStopping": { "validation": 0 } }, "privacy": { "differentialPrivacy": { "epsilon": {{epsilon}} } } }
            """)));
        _fixture.Desk.Offer(document.Bytes);

        Agent.Studies.FindingView finding = Assert.Single(_fixture.Desk.View(document).Findings, f => f.Text.Contains(text, StringComparison.Ordinal));
        Assert.Equal(refused, finding.Refuses);
        Exception? decided = Record.Exception(() => _fixture.Desk.Decide(document.Id.Hex, _fixture.Sign(Lab, document)));
        Assert.Equal(refused, decided is LocalRequestException { Refusal: LocalRefusal.NotAllowed });
    }

    [Fact]
    public void WhyNot_own_operator_decides_last()
    {
        StudyDocument document = Document();
        _fixture.Desk.Offer(document.Bytes);
        RunOrder order = _fixture.FullOrder(document);
        Expect("own operator has not approved", order);

        _fixture.Desk.Decide(document.Id.Hex, _fixture.Sign(Lab, document));
        Assert.Null(_fixture.Desk.WhyNot(order));

        _fixture.Clock.Now += TimeSpan.FromSeconds(1);
        _fixture.Desk.Decide(document.Id.Hex, _fixture.Sign(Lab, document, approve: false));
        Expect("own operator has not approved", order);
    }

    [Fact]
    public void WhyNot_counts_runs_by_the_smallest_number_that_anybody_approved()
    {
        StudyDocument document = _fixture.Known(Document(maxRuns: 3));
        RunOrder order = _fixture.Order(
            document, _fixture.Sign(Hospital, document), _fixture.Sign(Lab, document), _fixture.Sign(Pharmacy, document, change: a => a with { MaxRuns = 1 }));
        _fixture.Store.AddRun(document.Id, order.Run);

        Expect("allow 1 run(s), and 1 have been used", order with { Run = Run(2) });
        Assert.Null(_fixture.Desk.WhyNot(_fixture.FullOrder(document, run: 2)));
    }

    [Fact]
    public void WhyNot_after_the_last_day_refuses()
    {
        string day = _fixture.Clock.Now.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        StudyDocument document = _fixture.Known(Document($", \"expires\": \"{day}\""));
        RunOrder order = _fixture.FullOrder(document);
        Assert.Null(_fixture.Desk.WhyNot(order));

        _fixture.Clock.Now += TimeSpan.FromDays(1);

        Expect("expired on " + day, order);
    }

    [Theory]
    [InlineData(-30)]
    [InlineData(4000)]
    public void WhyNot_asks_no_clock_of_a_run_that_has_begun(int days)
    {
        string day = _fixture.Clock.Now.UtcDateTime.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        StudyDocument document = _fixture.Known(Document($", \"expires\": \"{day}\""));
        SignedApproval hospital = _fixture.Sign(Hospital, document), lab = _fixture.Sign(Lab, document), pharmacy = _fixture.Sign(Pharmacy, document);
        RunOrder begun = _fixture.Order(document, hospital, lab, pharmacy);
        Assert.Null(_fixture.Desk.WhyNot(begun));
        _fixture.Store.AddRun(document.Id, begun.Run);

        _fixture.Clock.Now += TimeSpan.FromDays(days);

        Assert.Null(_fixture.Desk.WhyNot(begun with { Attempt = 2 }));
        Assert.NotNull(_fixture.Desk.WhyNot(begun with { Run = Run(2) }));
        Expect("signature is wrong", _fixture.Order(document, hospital, lab, pharmacy with { Signature = lab.Signature }) with { Run = begun.Run });
    }

    [Fact]
    public void WhyNot_policy_refuses_an_approved_study()
    {
        StudyDocument document = Document();
        using var strict = new DeskFixture(new Policy { MinimumPatients = 1000 });
        strict.Desk.Offer(document.Bytes);

        LocalRequestException approval = Assert.Throws<LocalRequestException>(() => strict.Desk.Decide(document.Id.Hex, strict.Sign(Lab, document)));
        Assert.Contains("policy", approval.Message, StringComparison.Ordinal);

        // Approved before the policy was tightened.
        strict.Store.SaveDecision(document.Id, strict.Sign(Lab, document));
        string? why = strict.Desk.WhyNot(strict.FullOrder(document));
        Assert.Contains("1000", why, StringComparison.Ordinal);
        Assert.False(why!.EndsWith('.'), why);
    }

    [Fact]
    public void WhyNot_files_changed_on_disk_count_for_nothing()
    {
        StudyDocument document = _fixture.Known(), other = Document(name: "other");
        _fixture.Desk.Offer(other.Bytes);
        string Of(StudyDocument d, string file) => Path.Combine(_fixture.State, "studies", d.Id.Hex, file);

        File.Copy(Of(document, "decision"), Of(other, "decision"));
        Expect("own operator has not approved", _fixture.FullOrder(other));
        File.WriteAllBytes(Of(document, "decision"), [1, 2, 3]);
        Expect("own operator has not approved", _fixture.FullOrder(document));
        File.Copy(Of(other, "study.json"), Of(document, "study.json"), overwrite: true);
        Expect("not known here", _fixture.FullOrder(document));

        // The same bytes offered again mend the file.
        _fixture.Desk.Offer(document.Bytes);
        Expect("own operator has not approved", _fixture.FullOrder(document));
    }

    [Fact]
    public void Offer_refuses_what_is_no_study_of_this_party()
    {
        Assert.Throws<PeerProtocolException>(() => _fixture.Desk.Offer("{}"u8.ToArray()));
        StudyDocument others = StudyDocument.Expand(Encoding.UTF8.GetBytes(
            """{ "name": "x", "labelParty": "a", "featureParties": ["b", "c"], "task": "binary", "labels": { "disclosedTo": ["b", "c"] } }"""));
        Assert.Throws<PeerProtocolException>(() => _fixture.Desk.Offer(others.Bytes));
        Assert.Empty(_fixture.Desk.List());
    }

    [Fact]
    public void Offer_again_tells_the_standing_decision_and_audits_once()
    {
        StudyDocument document = Document();
        Assert.Null(_fixture.Desk.Offer(document.Bytes));
        _fixture.Desk.Decide(document.Id.Hex, _fixture.Sign(Lab, document));

        Assert.NotNull(_fixture.Desk.Offer(document.Bytes));
        Assert.Single(_fixture.AuditText().Split('\n'), l => l.Contains("\"StudyOffered\"", StringComparison.Ordinal));
        Assert.Contains("\"StudyApproved\"", _fixture.AuditText(), StringComparison.Ordinal);
        Assert.Contains("\"alice\"", _fixture.AuditText(), StringComparison.Ordinal);
    }

    [Fact]
    public void Decide_refuses_other_parties_other_studies_and_old_decisions()
    {
        StudyDocument document = _fixture.Known(), other = Document(name: "other");
        SignedApproval old = _fixture.Sign(Lab, document);
        string[] refused =
        [
            Refusal(() => _fixture.Desk.Decide(document.Id.Hex, _fixture.Sign(Pharmacy, document))),
            Refusal(() => _fixture.Desk.Decide(document.Id.Hex, _fixture.Sign(Lab, other))),
        ];
        Assert.All(refused, r => Assert.Contains("another study or another party", r, StringComparison.Ordinal));

        _fixture.Clock.Now += TimeSpan.FromSeconds(5);
        _fixture.Desk.Decide(document.Id.Hex[..8], _fixture.Sign(Lab, document, approve: false));
        Assert.Contains("newer decision", Refusal(() => _fixture.Desk.Decide(document.Id.Hex, old)), StringComparison.Ordinal);
        Assert.Equal("rejected", Assert.Single(_fixture.Desk.List()).Decision);
    }

    private static string Refusal(Action action)
    {
        LocalRequestException refused = Assert.Throws<LocalRequestException>(action);
        Assert.Equal(LocalRefusal.NotAllowed, refused.Refusal);
        return refused.Message;
    }

    private void Expect(string reason, RunOrder order)
    {
        string? said = _fixture.Desk.WhyNot(order);
        Assert.Contains(reason, said, StringComparison.Ordinal);
    }
}
