using System.Xml.Linq;
using VerticalFL.Agent.Reports;
using Xunit;

namespace VerticalFL.Agent.Tests.Reports;

public sealed class ReportHtmlTests
{
    private const string Hostile = "</title><script>alert(1)</script>\"'><img src=x onerror=alert(1)>&amp;\u0001\u202e";

    [Theory]
    [InlineData("binary")]
    [InlineData("survival")]
    [InlineData("regression")]
    [InlineData("multiclass")]
    public void Render_is_well_formed_and_needs_nothing_else(string task)
    {
        XElement page = Page(ReportJsonTests.Sample(task));

        Assert.DoesNotContain(
            page.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe" or "object" or "base" or "form");
        Assert.All(page.DescendantsAndSelf().Attributes(), a => Assert.False(a.Name.LocalName is "href" or "src" or "action" or "srcset"
            || a.Name.LocalName.StartsWith("on", StringComparison.OrdinalIgnoreCase)));
        string text = page.ToString();
        Assert.DoesNotContain("http:", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("https:", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("url(", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("@import", text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("NaN", text, StringComparison.Ordinal);
        Assert.Single(page.Descendants("h1"));
    }

    [Fact]
    public void Render_shows_every_fold_and_all_of_them_together()
    {
        string text = Page(SampleReports.Folded).ToString();

        Assert.Contains("Fold 5", text, StringComparison.Ordinal);
        Assert.Contains("0.825 ± 0.016", text, StringComparison.Ordinal);
        Assert.Contains("+0.036 ± 0.007", text, StringComparison.Ordinal);
        Assert.Contains("0.811 to 0.835", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Cross-validation", Page(SampleReports.Binary).ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("judged together, with", Page(SampleReports.FoldedSurvival).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Render_style_survives_the_xml_writer()
    {
        // The browser reads style as raw text: an escaped character would break the rule it stands in.
        string html = ReportHtml.Render(SampleReports.Binary);
        string style = html[html.IndexOf("<style>", StringComparison.Ordinal)..html.IndexOf("</style>", StringComparison.Ordinal)];

        Assert.DoesNotContain('&', style);
    }

    [Fact]
    public void Render_closes_elements_that_a_browser_would_leave_open()
    {
        string html = ReportHtml.Render(SampleReports.Binary);

        foreach (string name in new[] { "div", "span", "p", "td", "th", "section", "ul", "li", "dd", "dt", "figure", "pre" })
        {
            Assert.DoesNotMatch($"<{name}( [^>]*)?/>", html);
        }
    }

    [Fact]
    public void Render_escapes_hostile_names()
    {
        Report hostile = SampleReports.Binary with
        {
            Study = Hostile,
            Purpose = Hostile,
            LabelParty = Hostile,
            FeatureParties = [Hostile],
            Notes = [Hostile],
            ExpandedStudy = Hostile,
            StudyId = Hostile,
            Task = Hostile,
            Alignment = SampleReports.Binary.Alignment with { Protocol = Hostile, Sizes = new Dictionary<string, int> { [Hostile] = 3 } },
            Features = new FeaturesReport { Party = Hostile, Used = [Hostile], Inputs = 1, Dropped = [new DroppedColumnReport(Hostile, Hostile)] },
            Messages = [new MessageClassReport(1, Hostile, Hostile, Hostile, 1, 1, 1, 1)],
            Model = new ModelReport { Sha256 = Hostile, Parts = new Dictionary<string, string> { [Hostile] = Hostile } },
            Privacy = new PrivacyReport { Masked = true, Ring = Hostile, LabelsDisclosedTo = [Hostile], LabelProtection = Hostile, Released = [Hostile] },
            Curves = new CurvesReport { Survival = [new RiskGroup(Hostile, 1, 1, [new SurvivalStep(0, 1, 1)])] },
        };

        string html = ReportHtml.Render(hostile);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain('\u202e', html);
        Page(hostile);
    }

    [Fact]
    public void Render_label_audit_shows_each_attack_beside_chance_and_names_the_strongest()
    {
        Report audited = SampleReports.Binary with
        {
            Privacy = new PrivacyReport
            {
                LabelProtection = "labelDp", LabelEpsilon = 1.5, LabelsDisclosedTo = [],
                LabelAudit = new LabelAuditReport
                {
                    Steps = 1234,
                    Attacks = new Dictionary<string, LeakReport> { ["norm"] = new(0.512, 0.549), ["averaged"] = new(0.731, 0.511) },
                    Strongest = "averaged",
                    MembershipAuc = 0.533,
                    MembershipChance = 0.502,
                },
            },
        };

        string page = Page(audited).Value;

        Assert.Contains("gradients of 1,234 training steps", page, StringComparison.Ordinal);
        Assert.Contains("The strongest is average over epochs.", page, StringComparison.Ordinal);
        Assert.Contains("0.7310.511", page, StringComparison.Ordinal);
        Assert.Contains("AUC of 0.533 (chance 0.502)", page, StringComparison.Ordinal);
        Assert.Contains("label differential privacy, epsilon 1.5", page, StringComparison.Ordinal);
        Assert.Contains("Not played, for it takes the parties' data beside each other", page, StringComparison.Ordinal);
        Assert.DoesNotContain("What training told", Page(SampleReports.Binary).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_leaks_shows_completion_reconstruction_and_the_verdict()
    {
        Report audited = SampleReports.Binary with
        {
            Privacy = new PrivacyReport
            {
                LabelAudit = new LabelAuditReport
                {
                    Steps = 12,
                    Attacks = new Dictionary<string, LeakReport> { ["completion"] = new(0.642, 0.503) },
                    Strongest = "completion",
                    Completion = [new CompletionReport("lab", 0.642, 0.503, 0.588) { FineTunedAuc = 0.611, FineTunedChance = 0.497 }],
                },
                Reconstruction =
                [
                    new ReconstructionReport
                    {
                        Party = "lab", KnownRows = 200, MeanR2 = 0.317, LargestR2 = 0.771, LargestColumn = "bili", Chance = 0.004, AlonePartyLargestR2 = 0.913,
                    },
                ],
                Verdict = new AuditVerdictReport
                {
                    Passed = false,
                    Limits =
                    [
                        new AuditLimitReport("labelInferenceAuc", 0.6, 0.642, "own trained model of lab", false),
                        new AuditLimitReport("membershipAuc", 0.6, 0.518, "the loss of training and test patients", true),
                    ],
                },
            },
        };

        string page = Page(audited).Value;

        Assert.Contains("lab tells the others' outcomes with an AUC of 0.642, of 0.611 when it trains that model on (its columns alone, without the others: 0.588)", page, StringComparison.Ordinal);
        Assert.Contains("labbili0.7710.3170.0040.913", page, StringComparison.Ordinal);
        Assert.Contains("The study's limits of leaks: broken", page, StringComparison.Ordinal);
        Assert.Contains("0.6000.642own trained model of labbroken", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Not played, for it takes the parties' data", page, StringComparison.Ordinal);
        Assert.Contains("Not played, for it takes a training for each party: a feature party that cheats", page, StringComparison.Ordinal);

        Report cheated = audited with
        {
            Privacy = audited.Privacy with
            {
                LabelAudit = audited.Privacy.LabelAudit! with { Cheats = [new CheatReport("lab", "averaged", 0.731, 0.511, 0.702, 0.642, 0.755)] },
            },
        };
        string after = Page(cheated).Value;
        Assert.Contains("lab0.7020.642average over epochs0.7310.5110.7550.828", after, StringComparison.Ordinal);
        Assert.DoesNotContain("Not played", after, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_headline_shows_the_gain_over_the_label_party_alone()
    {
        XElement hero = Page(SampleReports.Binary).Descendants("section").First(s => s.Attribute("class")?.Value == "hero");

        Assert.Contains("AUC on 1,977 test patients", hero.Value, StringComparison.Ordinal);
        Assert.Contains("0.828", hero.Value, StringComparison.Ordinal);
        Assert.Contains("+0.034 against hospital alone (0.794)", hero.Value, StringComparison.Ordinal);
        Assert.Contains("95 % interval 0.809 to 0.846; of the difference +0.020 to +0.048", hero.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_table_has_differences_and_the_intervals_that_are_known()
    {
        XElement[] rows = [.. Page(SampleReports.Binary).Descendants("tr").Where(r => r.Value.StartsWith("Accuracy", StringComparison.Ordinal) || r.Value.StartsWith("Log loss", StringComparison.Ordinal))];

        Assert.EndsWith("0.8000.782 to 0.8170.7720.753 to 0.790+0.028\u22120.004 to +0.060", rows[0].Value, StringComparison.Ordinal);
        Assert.EndsWith("0.4290.468\u22120.039", rows[1].Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_without_intervals_speaks_of_none() =>
        Assert.DoesNotContain("interval", Page(SampleReports.Survival).Descendants("main").Single().Value, StringComparison.OrdinalIgnoreCase);

    [Fact]
    public void Render_shows_the_charts_of_the_task()
    {
        Assert.Equal(["Discrimination", "Calibration", "Learning"], Charts(SampleReports.Binary));
        Assert.Equal(["Survival by predicted risk", "Learning"], Charts(SampleReports.Survival));
        Assert.Equal(["Predicted and true", "Learning"], Charts(SampleReports.Regression));

        static IEnumerable<string> Charts(Report report) => Page(report).Descendants("figure").Select(f => f.Element("h3")!.Value);
    }

    [Fact]
    public void Render_tells_patients_and_events_of_each_part()
    {
        string[] rows = [.. Page(SampleReports.Binary).Descendants("tr").Select(r => r.Value)];

        Assert.Contains("Training3,728970 (26 %)", rows);
        Assert.Contains("Test1,977514 (26 %)", rows);
    }

    [Fact]
    public void Render_tells_what_decisions_come_to()
    {
        Assert.Contains("0.101,5020.9300.3100.340\u20130.1870.1810.176", Page(SampleReports.Binary).Descendants("tr").Select(r => r.Value));
        Assert.Contains("basal20195.2 %", Page(SampleReports.Multiclass).Descendants("tr").Select(r => r.Value));
    }

    [Fact]
    public void Render_of_survival_has_the_numbers_at_risk_under_the_curves()
    {
        XElement figure = Page(SampleReports.Survival).Descendants("figure").First();

        Assert.Contains("high risk9147", figure.Descendants("tr").Select(r => r.Value));
        Assert.DoesNotContain("Patients at risk", Page(SampleReports.Survival with { Curves = new CurvesReport { Survival = [new RiskGroup("all", 1, 1, [new SurvivalStep(0, 1, 1)])] } }).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_names_the_column_at_every_cell_for_screens_on_which_rows_are_stacked()
    {
        foreach (Report report in new[] { SampleReports.Binary, SampleReports.Folded, SampleReports.Multiclass })
        {
            foreach (XElement table in Page(report).Descendants("table").Where(t => t.Attribute("class")?.Value == "stacks"))
            {
                string[] heads = [.. table.Element("thead")!.Descendants("th").Select(h => h.Value)];
                Assert.All(table.Element("tbody")!.Elements("tr"), row =>
                    Assert.Equal(heads.Skip(1), row.Elements("td").Skip(1).Select(c => c.Attribute("data-label")?.Value)));
            }
        }
    }

    [Fact]
    public void Render_gives_a_difference_that_may_be_chance_no_colour()
    {
        Report close = SampleReports.Binary with
        {
            Intervals = SampleReports.Binary.Intervals! with { Difference = new Dictionary<string, IntervalReport> { ["auc"] = new(-0.008, 0.031) } },
        };

        Assert.Contains("delta better", ReportHtml.Render(SampleReports.Binary), StringComparison.Ordinal);
        Assert.DoesNotContain("delta better", ReportHtml.Render(close), StringComparison.Ordinal);
        Assert.Contains("\u22120.008 to +0.031: there may be none.", Page(close).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_names_so_many_columns_and_tells_how_many_more_there_are()
    {
        string page = Page(SampleReports.Binary with { Features = new FeaturesReport { Party = "hospital", Used = [.. Enumerable.Range(0, 20_000).Select(i => $"gene{i}")], Inputs = 20_000 } }).Value;

        Assert.Contains("gene119and 19,880 more; report.json has all", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_puts_how_good_the_model_is_before_who_could_read_what()
    {
        string[] headings = [.. Page(SampleReports.Binary).Descendants("h2").Select(h => h.Value)];

        Assert.Equal(["Cohort", "Model", "Columns of hospital", "Run", "Who could read what", "Model fingerprint", "The study, as it was approved"], headings.Skip(1));
    }

    [Fact]
    public void Render_says_who_could_read_what()
    {
        XElement row = Page(SampleReports.Binary).Descendants("tr").First(
            r => r.Value.StartsWith("MaskedActivations", StringComparison.Ordinal));

        Assert.Contains("the peer party", row.Value, StringComparison.Ordinal);
        Assert.Contains("1,560", row.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Render_of_a_bare_report_stands()
    {
        var bare = new Report
        {
            Study = "s",
            StudyId = "",
            RunId = "",
            Seed = 1,
            Task = "binary",
            LabelParty = "a",
            FeatureParties = [],
            Cohort = new CohortReport { Train = 0, Validation = 0, Test = 0, Unused = 0 },
            Alignment = new AlignmentReport { Protocol = "ecdh", Sizes = new Dictionary<string, int>(), Intersection = 0, Seconds = 0, BytesSent = 0 },
            Training = new TrainingReport { Epochs = 1, Steps = 0, Seconds = 0, SamplesPerSecond = 0, BytesSent = 0, TrainLoss = 0, BestEpoch = 1, Losses = [new LossPoint(1, 0.5, null)] },
            Metrics = new MetricsReport(),
            Model = new ModelReport { Sha256 = "" },
        };

        Assert.Contains("no test patients", Page(bare).Value, StringComparison.Ordinal);
    }

    private static XElement Page(Report report)
    {
        string html = ReportHtml.Render(report);
        Assert.StartsWith("<!DOCTYPE html>\n", html, StringComparison.Ordinal);
        return XElement.Parse(html["<!DOCTYPE html>\n".Length..]);
    }
}
