using System.Security.Cryptography;
using System.Text;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Messages.Tests.Studies;

public sealed class StudyDocumentTests
{
    private const string ShortestExpanded =
        """
        {
          "version": 1,
          "name": "mortality",
          "purpose": "",
          "protocolNumber": "",
          "labelParty": "hospital",
          "featureParties": ["lab", "pharmacy"],
          "expires": null,
          "maxRuns": 1,
          "seed": 1,
          "identifiers": [["patient_id:text"]],
          "alignment": {
            "protocol": "vole",
            "minimumPatients": 50
          },
          "data": {
            "hospital": {
              "dataset": "mortality",
              "include": ["*"],
              "exclude": [],
              "kinds": {}
            },
            "lab": {
              "dataset": "mortality",
              "include": ["*"],
              "exclude": [],
              "kinds": {}
            },
            "pharmacy": {
              "dataset": "mortality",
              "include": ["*"],
              "exclude": [],
              "kinds": {}
            }
          },
          "task": {
            "kind": "binary",
            "label": "label",
            "positive": "1",
            "split": "split",
            "testFraction": 0.3
          },
          "model": {
            "preset": "clinical",
            "cut": 32,
            "top": [32],
            "topActivation": "relu",
            "topDropout": 0.3,
            "bottoms": {
              "hospital": {
                "layers": [64],
                "activation": "relu",
                "dropout": 0.3,
                "inputDropout": 0,
                "layerNorm": false
              },
              "lab": {
                "layers": [64],
                "activation": "relu",
                "dropout": 0.3,
                "inputDropout": 0,
                "layerNorm": false
              },
              "pharmacy": {
                "layers": [64],
                "activation": "relu",
                "dropout": 0.3,
                "inputDropout": 0,
                "layerNorm": false
              }
            }
          },
          "training": {
            "epochs": 60,
            "batch": 128,
            "optimizer": {
              "kind": "adamw",
              "learningRate": 0.001,
              "weightDecay": 0.01
            },
            "earlyStopping": {
              "validation": 0.2,
              "patience": 8
            },
            "classWeights": "none",
            "staleness": 0,
            "gradients": "float32"
          },
          "labels": {
            "disclosedTo": ["lab", "pharmacy"],
            "protection": "none"
          },
          "privacy": {
            "ring": "u32.20",
            "release": ["progress"]
          },
          "checkpoints": {
            "everySteps": null
          },
          "evaluation": {
            "compareAlone": true,
            "bootstrap": 1000
          }
        }

        """;

    [Fact]
    public void Expand_shortest_study_writes_every_default()
    {
        StudyDocument document = Expand(StudyJson.Shortest);

        Assert.Equal(ShortestExpanded.ReplaceLineEndings("\n"), Encoding.UTF8.GetString(document.Bytes.Span));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(document.Bytes.Span)), document.Id.Hex);
    }

    [Fact]
    public void Expand_writes_refit_where_it_is_wanted_and_nothing_where_it_is_not()
    {
        StudyDocument wanted = Expand(StudyJson.With(StudyJson.Shortest, "training/earlyStopping/refit", "true"));
        StudyDocument unwanted = Expand(StudyJson.With(StudyJson.Shortest, "training/earlyStopping/refit", "false"));

        Assert.True(wanted.Study.Training.EarlyStopping.Refit);
        Assert.True(StudyDocument.Parse(wanted.Bytes.Span).Study.Training.EarlyStopping.Refit);
        Assert.Equal(Expand(StudyJson.Shortest).Id, unwanted.Id);
        Assert.NotEqual(wanted.Id, unwanted.Id);
    }

    [Fact]
    public void Expand_in_another_order_and_spacing_gives_the_same_id()
    {
        StudyDocument one = Expand(StudyJson.Shortest);

        StudyDocument other = Expand(
            """
            {"$schema":"study.schema.json","labels":{"disclosedTo":["pharmacy","lab"]},"task":{"kind":"binary"},
             "featureParties":["pharmacy","lab"],"labelParty":"hospital","name":"mortality","expires":null}
            """);

        Assert.Equal(one.Id, other.Id);
    }

    [Fact]
    public void Expand_accepts_a_byte_order_mark_and_Parse_refuses_it()
    {
        byte[] marked = [0xef, 0xbb, 0xbf, .. StudyJson.Utf8(ShortestExpanded.ReplaceLineEndings("\n"))];

        Assert.Equal(Expand(StudyJson.Shortest).Id, StudyDocument.Expand(marked).Id);
        Assert.Throws<StudyException>(() => StudyDocument.Parse(marked));
    }

    [Fact]
    public void Parse_of_the_expanded_form_gives_the_same_study()
    {
        StudyDocument document = Expand(StudyJson.Shortest);

        StudyDocument parsed = StudyDocument.Parse(document.Bytes.Span);

        Assert.Equal(document.Id, parsed.Id);
        Assert.Equal(document.Bytes.ToArray(), parsed.Bytes.ToArray());
    }

    [Theory]
    [InlineData("\n}\n", "\n}")]
    [InlineData("\"maxRuns\": 1,", "\"maxRuns\":  1,")]
    [InlineData("\"testFraction\": 0.3", "\"testFraction\": 0.30")]
    [InlineData("\"mortality\"", "\"m\\u006frtality\"")]
    [InlineData("\"seed\": 1,\n", "")]
    [InlineData("[\"lab\", \"pharmacy\"]", "[\"pharmacy\", \"lab\"]")]
    public void Parse_of_any_other_spelling_is_refused(string from, string to)
    {
        string text = Encoding.UTF8.GetString(Expand(StudyJson.Shortest).Bytes.Span);
        int at = text.LastIndexOf(from, StringComparison.Ordinal);
        string changed = text[..at] + to + text[(at + from.Length)..];

        StudyException refusal = Assert.Throws<StudyException>(() => StudyDocument.Parse(StudyJson.Utf8(changed)));

        Assert.Contains("expanded form", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clinical", "binary", 64, 0.3, 32, 1)]
    [InlineData("omics", "multiclass", 128, 0.5, 32, 1)]
    [InlineData("linear", "survival", 0, 0, 1, 0)]
    [InlineData("linear", "regression", 0, 0, 1, 0)]
    public void Expand_preset_names_every_party_s_bottom(string preset, string task, int width, double dropout, int cut, int topLayers)
    {
        string json = StudyJson.With(StudyJson.With(StudyJson.Shortest, "model/preset", $"\"{preset}\""), "task", $"\"{task}\"");

        ModelSettings model = Expand(json).Study.Model;

        Assert.Equal(cut, model.Cut);
        Assert.Equal(topLayers, model.Top.Count);
        Assert.Equal(preset == "linear" ? Activation.None : Activation.Relu, model.TopActivation);
        Assert.Equal(["hospital", "lab", "pharmacy"], model.Bottoms.Keys.Select(p => p.Value).Order());
        Assert.All(model.Bottoms.Values, b =>
        {
            Assert.Equal(width == 0 ? [] : [width], b.Layers);
            Assert.Equal(dropout, b.Dropout);
            Assert.Equal(width == 0 ? Activation.None : Activation.Relu, b.Activation);
        });
    }

    [Fact]
    public void Expand_members_have_the_preset_s_cut_each()
    {
        ModelSettings model = Expand(StudyJson.With(StudyJson.Shortest, "model", """{"members":5}""")).Study.Model;

        Assert.Equal((5, 160), (model.Members, model.Cut));
        Assert.DoesNotContain("\"members\"", Encoding.UTF8.GetString(Expand(StudyJson.Shortest).Bytes.Span), StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_linear_multiclass_takes_the_cut_it_is_given()
    {
        string json = StudyJson.With(StudyJson.With(StudyJson.Shortest, "task", "\"multiclass\""), "model", """{"preset":"linear","cut":3}""");

        Assert.Equal(3, Expand(json).Study.Model.Cut);
    }

    [Fact]
    public void Expand_bottom_without_layers_is_linear()
    {
        BottomSettings bottom = Expand(StudyJson.With(StudyJson.Shortest, "model/bottoms/lab/layers", "[]")).Study.Model.Bottoms[new PartyId("lab")];

        Assert.Equal(Activation.None, bottom.Activation);
        Assert.Equal(0, bottom.Dropout);
    }

    [Fact]
    public void Expand_party_with_layers_of_its_own_leaves_a_linear_preset()
    {
        string json = StudyJson.With(StudyJson.Shortest, "model", """{"preset":"linear","bottoms":{"lab":{"layers":[8]}}}""");

        ModelSettings model = Expand(json).Study.Model;

        Assert.Equal(Activation.Relu, model.Bottoms[new PartyId("lab")].Activation);
        Assert.Empty(model.Bottoms[new PartyId("hospital")].Layers);
    }

    [Theory]
    [InlineData("\"mrn:digits\"", "mrn:Digits")]
    [InlineData("[\"patient_id\"]", "patient_id:Text")]
    [InlineData("[[\"lastName:name\", \"birthDate:date\"]]", "lastName:Name birthDate:Date")]
    [InlineData("[[\"a:b:text\"]]", "a:b:Text")]
    [InlineData("[[\"mrn:mrn\"], [\"lastName:name\", \"birthDate:dateDayFirst\"]]", "mrn:Mrn | lastName:Name birthDate:DateDayFirst")]
    public void Expand_reads_every_form_of_identifiers(string identifiers, string expected)
    {
        Study study = Expand(StudyJson.With(StudyJson.Shortest, "identifiers", identifiers)).Study;

        Assert.Equal(expected, string.Join(" | ", study.Identifiers.Select(k => string.Join(' ', k.Select(i => $"{i.Column}:{i.Kind}")))));
    }

    [Fact]
    public void Expand_writes_a_partys_own_identifier_columns_with_their_kinds()
    {
        string json = StudyJson.With(StudyJson.Shortest, "identifiers", "[[\"mrn:mrn\"], [\"lastName:name\", \"birthDate:date\"]]");
        StudyDocument document = Expand(StudyJson.With(json, "data/lab/identifiers", "{ \"birthDate\": \"dob:dateDayFirst\", \"mrn\": \"pat:no:mrn\", \"lastName\": \"surname\" }"));

        Assert.Contains(
            """
                  "identifiers": {
                    "birthDate": "dob:dateDayFirst",
                    "lastName": "surname:name",
                    "mrn": "pat:no:mrn"
                  }
            """.ReplaceLineEndings("\n"), System.Text.Encoding.UTF8.GetString(document.Bytes.Span), StringComparison.Ordinal);
        Assert.Equal(
            [[new("pat:no", IdentifierKind.Mrn)], [new("surname", IdentifierKind.Name), new("dob", IdentifierKind.DateDayFirst)]],
            document.Study.KeysOf(new PartyId("lab")).Select(k => (IEnumerable<IdentifierColumn>)k));
        Assert.Equal(document.Study.Identifiers, document.Study.KeysOf(new PartyId("hospital")));
    }

    [Theory]
    [InlineData("\"contributions\": \"each\"", 0, "[[\"lab\"], [\"pharmacy\"]]")]
    [InlineData("\"contributions\": \"together\"", 0, "[[\"lab\", \"pharmacy\"]]")]
    [InlineData("\"contributions\": [[\"pharmacy\"], [\"lab\"]]", 0.1, "[[\"lab\"], [\"pharmacy\"]]")]
    [InlineData("\"bootstrap\": 1000", 0.1, "[[\"lab\"], [\"pharmacy\"]]")]
    [InlineData("\"bootstrap\": 1000", 0, null)]
    public void Expand_writes_groups_of_parties_that_may_be_absent_in_one_order(string evaluation, double dropout, string? expected)
    {
        string json = FormattableString.Invariant(
            $$"""{ "name": "s", "labelParty": "hospital", "featureParties": ["pharmacy", "lab"], "task": "binary", "labels": { "disclosedTo": ["lab", "pharmacy"] }, "training": { "partyDropout": {{dropout}} }, "evaluation": { {{evaluation}} } }""");

        var document = StudyDocument.Expand(Encoding.UTF8.GetBytes(json));

        string text = Encoding.UTF8.GetString(document.Bytes.Span);
        Assert.Equal(dropout > 0, text.Contains("\"partyDropout\": 0.1\n", StringComparison.Ordinal));
        Assert.Equal(expected is not null, text.Contains($"\"contributions\": {expected}\n", StringComparison.Ordinal));
        Assert.Equal(document.Id, StudyDocument.Parse(document.Bytes.Span).Id);
        Assert.Equal(expected is null ? 1 : expected.Contains("], [", StringComparison.Ordinal) ? 4 : 2, PartySubsets.Of(document.Study).Count);
    }

    [Fact]
    public void Expand_keeps_a_date_and_a_single_feature_party()
    {
        string json = StudyJson.With(StudyJson.With(StudyJson.Shortest, "featureParties", "[\"lab\"]"), "labels/disclosedTo", "[\"lab\"]");

        Study study = Expand(StudyJson.With(json, "expires", "\"2027-06-30\"")).Study;

        Assert.Equal(new DateOnly(2027, 6, 30), study.Expires);
        Assert.Equal("lab", Assert.Single(study.FeatureParties).Value);
    }

    [Fact]
    public void FromStudy_completes_what_code_left_out()
    {
        PartyId lab = new("lab");
        PartyId pharmacy = new("pharmacy");

        StudyDocument made = StudyDocument.FromStudy(new Study
        {
            Name = "mortality",
            LabelParty = new PartyId("hospital"),
            FeatureParties = [pharmacy, lab],
            Task = new TaskSettings { Kind = TaskKind.Binary },
            Labels = new LabelSettings { DisclosedTo = [pharmacy, lab] },
        });

        Assert.Equal(Expand(StudyJson.Shortest).Id, made.Id);
    }

    [Fact]
    public void Load_reads_a_file_and_names_it_in_refusals()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            File.WriteAllText(path, StudyJson.Shortest);
            Assert.Equal(Expand(StudyJson.Shortest).Id, StudyDocument.Load(path).Id);

            File.WriteAllText(path, StudyJson.With(StudyJson.Shortest, "model/cut", "0"));
            StudyException refusal = Assert.Throws<StudyException>(() => StudyDocument.Load(path));
            Assert.StartsWith(path + ": $.model.cut: ", refusal.Message, StringComparison.Ordinal);
            Assert.Equal("$.model.cut", refusal.Path);

            File.WriteAllBytes(path, new byte[StudyDocument.MaxBytes + 1]);
            Assert.Contains(
                "at most 262144", Assert.Throws<StudyException>(() => StudyDocument.Load(path)).Message, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }

        Assert.Contains("There is no study file " + path, Assert.Throws<StudyException>(() => StudyDocument.Load(path)).Message, StringComparison.Ordinal);
        Assert.Contains("cannot be read", Assert.Throws<StudyException>(() => StudyDocument.Load(Path.GetTempPath())).Message, StringComparison.Ordinal);
    }

    private static StudyDocument Expand(string json) => StudyDocument.Expand(StudyJson.Utf8(json));
}
