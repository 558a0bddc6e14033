using System.Text;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.Messages.Tests.Studies;

/// <summary>Every refusal names the JSON path and says how to mend it.</summary>
public sealed class StudyRefusalTests
{
    [Theory]

    // Unknown fields and words, with what was probably meant.
    [InlineData("labelparty", "\"x\"", "$.labelparty", "did you mean 'labelParty'")]
    [InlineData("training/learning_rate", "1", "$.training.learning_rate", "known here: epochs, batch, optimizer")]
    [InlineData("training/optimizer/learning_rate", "1", "$.training.optimizer.learning_rate", "did you mean 'learningRate'")]
    [InlineData("alignment/pad", "16384", "$.alignment.pad", "did you mean 'padTo'")]
    [InlineData("alignment/padTo", "49", "$.alignment.padTo", "50 to 67108864")]
    [InlineData("alignment/padTo", "67108865", "$.alignment.padTo", "50 to 67108864")]
    [InlineData("training/stale", "0", "$.training.stale", "there is no field")]
    [InlineData("training/gradients", "\"float8\"", "$.training.gradients", "did you mean 'float32'")]
    [InlineData("training", "{\"epochs\":5,\"schedule\":{\"warmupEpochs\":5}}", "$.training.schedule.warmupEpochs", "0 to 4")]
    [InlineData("training/schedule", "{\"decay\":\"cosin\"}", "$.training.schedule.decay", "did you mean 'cosine'")]
    [InlineData("training", "{\"batch\":65536,\"staleness\":4}", "$.training.staleness", "5 batches of 65536 rows")]
    [InlineData("training/partyDropout", "0.95", "$.training.partyDropout", "0 to 0.9")]
    [InlineData("evaluation/contributions", "\"apart\"", "$.evaluation.contributions", "each, together")]
    [InlineData("evaluation/contributions", "[[]]", "$.evaluation.contributions[0]", "is empty")]
    [InlineData("evaluation/contributions", "[[\"nobody\"]]", "$.evaluation.contributions[0]", "'nobody' is not one of the feature parties")]
    [InlineData("checkpoints/everyEpoch", "1", "$.checkpoints.everyEpoch", "known here: everySteps")]
    [InlineData("evaluation/resamples", "1000", "$.evaluation.resamples", "there is no field")]
    [InlineData("privacy/dp", "{}", "$.privacy.dp", "there is no field")]
    [InlineData("odd field", "1", "$['odd field']", "there is no field")]
    [InlineData("task", "\"binnary\"", "$.task", "did you mean 'binary'")]
    [InlineData("alignment/protocol", "\"plain\"", "$.alignment.protocol", "known here: vole, ecdh")]
    [InlineData("model/preset", "\"clinic\"", "$.model.preset", "did you mean 'clinical'")]
    [InlineData("labels/protection", "\"laplace\"", "$.labels.protection", "known here: none, maxNorm, marvell, labelDp")]
    [InlineData("labels", "{\"protection\":\"marvell\",\"largestAuc\":0.5}", "$.labels.largestAuc", "0.505 to 0.99")]
    [InlineData("labels", "{\"protection\":\"marvell\",\"epsilon\":1}", "$.labels.epsilon", "there is no field")]
    [InlineData("labels", "{\"protection\":\"maxNorm\",\"largestAuc\":0.6}", "$.labels.largestAuc", "there is no field")]
    [InlineData("labels", "{\"protection\":\"labelDp\"}", "$.labels", "labelDp needs one")]
    [InlineData("labels", "{\"protection\":\"labelDp\",\"epsilon\":0.01}", "$.labels.epsilon", "0.1 to 10")]
    [InlineData("privacy/ring", "\"z8\"", "$.privacy.ring", "known here: u32.20, u16.8, u64.24")]
    [InlineData("privacy/ring", "\"u64.24\"", "$.privacy.ring", "for sums with noise only")]
    [InlineData("privacy/differentialPrivacy", "{}", "$.privacy.differentialPrivacy", "such as \"epsilon\": 8")]
    [InlineData("privacy/differentialPrivacy", "{ \"epsilon\": 0 }", "$.privacy.differentialPrivacy.epsilon", "above 0")]
    [InlineData("privacy/differentialPrivacy", "{ \"epsilon\": 8, \"delta\": 0.001 }", "$.privacy.differentialPrivacy.delta", "at most 0.000001")]
    [InlineData("privacy/differentialPrivacy", "{ \"epsilon\": 8, \"clippingNorm\": 0 }", "$.privacy.differentialPrivacy.clippingNorm", "write 0.01 to 100")]
    [InlineData("data/lab/ranges", "{ \"age\": [0, 110] }", "$.data.lab", "are for differential privacy")]
    [InlineData("data/lab/ranges", "{ \"age\": [110, 0] }", "$.data.lab.ranges.age", "to a larger one")]
    [InlineData("data/lab/ranges", "{ \"age\": [110] }", "$.data.lab.ranges.age", "such as [0, 110]")]
    [InlineData("data/lab/levels", "{ \"sex\": [\"f\", \"f\"] }", "$.data.lab.levels.sex", "different levels")]
    [InlineData("privacy/releaseNoise", "{}", "$.privacy.releaseNoise", "such as \"multiplier\": 0.5")]
    [InlineData("privacy/releaseNoise", "{ \"multiplier\": 0 }", "$.privacy.releaseNoise.multiplier", "write 0.01 to 100")]
    [InlineData("privacy/releaseNoise", "{ \"multiplier\": 1, \"clippingNorm\": 1000 }", "$.privacy.releaseNoise.clippingNorm", "write 0.01 to 100")]
    [InlineData("privacy/release", "[\"everything\"]", "$.privacy.release[0]", "known here")]

    [InlineData("audit", "{}", "$.audit", "say what may be found at most")]
    [InlineData("audit/limits", "{}", "$.audit.limits", "no limit stands here")]
    [InlineData("audit/limits", "{ \"labelInferenceAuc\": 0.4 }", "$.audit.limits.labelInferenceAuc", "write 0.5 to 1")]
    [InlineData("audit/limits", "{ \"featureR2\": 2 }", "$.audit.limits.featureR2", "write 0 to 1")]

    // Types.
    [InlineData("name", "7", "$.name", "write text in double quotes")]
    [InlineData("seed", "\"7\"", "$.seed", "text stands here; write a whole number")]
    [InlineData("seed", "1.5", "$.seed", "the number 1.5 stands here; write a whole number")]
    [InlineData("seed", "99999999999", "$.seed", "write a whole number")]
    [InlineData("seed", "null", "$.seed", "null stands here")]
    [InlineData("evaluation/compareAlone", "1", "$.evaluation.compareAlone", "write true or false")]
    [InlineData("evaluation/bootstrap", "10001", "$.evaluation.bootstrap", "10000")]
    [InlineData("evaluation/folds", "1", "$.evaluation.folds", "write 2 to 20")]
    [InlineData("evaluation/folds", "21", "$.evaluation.folds", "write 2 to 20")]
    [InlineData("evaluation/folds", "true", "$.evaluation.folds", "write a whole number")]
    [InlineData("alternatives", "[{}, { \"cut\": 2000 }]", "$.alternatives[1].cut", "1024")]
    [InlineData("alternatives", "[{}, {}, {}, {}, {}, {}, {}, {}]", "$.alternatives", "0 to 7")]
    [InlineData("alternatives", "[{ \"preset\": \"deep\" }]", "$.alternatives[0].preset", "is not a preset")]
    [InlineData("featureParties", "\"lab\"", "$.featureParties", "write a list")]
    [InlineData("model", "[]", "$.model", "write an object")]
    [InlineData("task", "{\"kind\":\"binary\",\"positive\":1}", "$.task.positive", "write text in double quotes")]
    [InlineData("task", "{}", "$.task", "'kind' is missing")]
    [InlineData("task", "{\"Kind\":\"binary\"}", "$.task", "is 'Kind' meant to be it")]
    [InlineData("training/optimizer/learningRate", "1e999", "$.training.optimizer.learningRate", "write a number")]
    [InlineData("expires", "\"30.06.2027\"", "$.expires", "2027-06-30")]
    [InlineData("expires", "\"2027-02-30\"", "$.expires", "not a calendar date")]

    // Ranges (the schema's are tested one by one in StudySchemaTests).
    [InlineData("version", "2", "$.version", "write 1")]
    [InlineData("name", "\"\"", "$.name", "1 to 64")]
    [InlineData("name", "\"../etc\"", "$.name", "first a letter")]
    [InlineData("purpose", "\"two\\nlines\"", "$.purpose", "one line")]
    [InlineData("model/top", "[32, 0]", "$.model.top[1]", "write 1 to 65536")]
    [InlineData("model/top", "[1,1,1,1,1,1,1,1,1]", "$.model.top", "0 to 8 are allowed")]
    [InlineData("training/earlyStopping/validation", "0.95", "$.training.earlyStopping.validation", "0.01 to 0.9")]

    // Parties.
    [InlineData("labelParty", "\"Hospital\"", "$.labelParty", "not a party id")]
    [InlineData("labelParty", "\"coordinator\"", "$.labelParty", "no party")]
    [InlineData("featureParties", "[\"lab\", \"coordinator\"]", "$.featureParties[1]", "no party")]
    [InlineData("featureParties", "[]", "$.featureParties", "1 to 8")]
    [InlineData("featureParties", "[\"a\",\"b\",\"c\",\"d\",\"e\",\"f\",\"g\",\"h\",\"i\"]", "$.featureParties", "1 to 8")]
    [InlineData("featureParties", "[\"lab\", \"lab\"]", "$.featureParties", "twice")]
    [InlineData("featureParties", "[\"hospital\", \"lab\"]", "$.featureParties[0]", "takes part already")]
    [InlineData("data/labb", "{}", "$.data.labb", "did you mean 'lab'")]
    [InlineData("model/bottoms/clinic-2", "{}", "$.model.bottoms['clinic-2']", "not a party of this study")]

    // Labels.
    [InlineData("labels", "{}", "$.labels", "lab and pharmacy")]
    [InlineData("labels", "{\"disclosedTo\":[\"lab\"]}", "$.labels", "pharmacy")]
    [InlineData("labels/disclosedTo", "[\"lab\",\"pharmacy\",\"hospital\"]", "$.labels.disclosedTo[2]", "not one of the feature parties")]
    [InlineData("labels/disclosedTo", "[\"lab\",\"pharmacy\",\"lab\"]", "$.labels.disclosedTo", "twice")]

    // Identifiers.
    [InlineData("identifiers", "[]", "$.identifiers", "1 to 8")]
    [InlineData("identifiers", "[\"a\", \"b\"]", "$.identifiers", "list in the list")]
    [InlineData("identifiers", "[[\"mrn:digits\"], \"lastName:name\"]", "$.identifiers", "list in the list")]
    [InlineData("identifiers", "[[\"a\"], []]", "$.identifiers[1]", "1 to 8")]
    [InlineData("identifiers", "[[\"a\"],[\"b\"],[\"c\"],[\"d\"],[\"e\"],[\"f\"],[\"g\"],[\"h\"],[\"i\"]]", "$.identifiers", "9 keys")]
    [InlineData("identifiers", "[[\"a\", \"b\"], [\"b\", \"a\"]]", "$.identifiers[1]", "those of key 1")]
    [InlineData("identifiers", "[[\"a\", \"b:date\"], [\"b\"]]", "$.identifiers[1]", "another kind")]
    [InlineData("data/lab/identifiers", "{\"patient\":\"x\"}", "$.data.lab.identifiers.patient", "did you mean 'patient_id'")]
    [InlineData("data/lab/identifiers", "{\"patient_id\":\"x:date\"}", "$.data.lab.identifiers.patient_id", "only a date")]
    [InlineData("data/lab/identifiers", "{\"patient_id\":\"\"}", "$.data.lab.identifiers.patient_id", "1 to 128")]
    [InlineData("data/hospital/identifiers", "{\"patient_id\":\"label\"}", "$.data.hospital.identifiers", "also the task's")]
    [InlineData("identifiers", "[[\"mrn:digit\"]]", "$.identifiers[0][0]", "did you mean 'digits'")]
    [InlineData("identifiers", "[[\"a\", \"a:digits\"]]", "$.identifiers[0]", "twice")]
    [InlineData("identifiers", "[\"label\"]", "$.identifiers", "also the task's")]
    [InlineData("identifiers", "[\"\"]", "$.identifiers[0]", "1 to 128")]

    // Combinations.
    [InlineData("training/optimizer/momentum", "0.5", "$.training.optimizer.momentum", "only the optimizer 'sgd'")]
    [InlineData("task", "{\"kind\":\"survival\",\"label\":\"x\"}", "$.task.label", "survival task has no 'label'")]
    [InlineData("task", "{\"kind\":\"regression\",\"positive\":\"x\"}", "$.task.positive", "regression task has no 'positive'")]
    [InlineData("task", "{\"kind\":\"binary\",\"time\":\"x\"}", "$.task.time", "binary task has no 'time'")]
    [InlineData("task", "{\"kind\":\"binary\",\"label\":\"split\"}", "$.task", "twice")]
    [InlineData("model/topActivation", "\"none\"", "$.model.topActivation", "only the preset 'linear'")]
    [InlineData("model", "{\"preset\":\"linear\",\"topActivation\":\"relu\"}", "$.model.topActivation", "no nonlinearity")]
    [InlineData("model", "{\"preset\":\"linear\",\"top\":[8]}", "$.model.top", "no hidden layers")]
    [InlineData("model", "{\"preset\":\"linear\",\"topDropout\":0.1}", "$.model.topDropout", "no top")]
    [InlineData("model", "{\"preset\":\"linear\",\"cut\":2}", "$.model.cut", "this task has one")]
    [InlineData("model", "{\"members\":0}", "$.model.members", "1 to 16")]
    [InlineData("model", "{\"members\":17}", "$.model.members", "1 to 16")]
    [InlineData("model", "{\"members\":3,\"cut\":32}", "$.model.members", "cannot be divided among 3")]
    [InlineData("model", "{\"preset\":\"linear\",\"members\":2}", "$.model.members", "nothing to average")]
    [InlineData("alternatives", "[{}, {\"members\":2,\"cut\":3}]", "$.alternatives[1].members", "cannot be divided among 2")]
    [InlineData("model/bottoms/lab", "{\"layers\":[],\"dropout\":0.5}", "$.model.bottoms.lab.dropout", "no hidden layer")]
    [InlineData("model/bottoms/lab", "{\"layers\":[],\"activation\":\"relu\"}", "$.model.bottoms.lab.activation", "no hidden layer")]
    [InlineData("model/bottoms/lab", "{\"layers\":[],\"layerNorm\":true}", "$.model.bottoms.lab.layerNorm", "no hidden layer")]
    [InlineData("model/bottoms/lab", "{\"activation\":\"none\"}", "$.model.bottoms.lab.activation", "\"layers\": []")]
    [InlineData("data/lab/include", "[]", "$.data.lab.include", "1 to 10000")]
    [InlineData("data/lab/exclude", "[\"a\",\"a\"]", "$.data.lab.exclude", "twice")]
    [InlineData("data/lab/dataset", "\"/etc/passwd\"", "$.data.lab.dataset", "first a letter")]
    [InlineData("data/lab/kinds", "{\"site\":\"categorical\"}", "$.data.lab.kinds.site", "known here: number, category")]
    [InlineData("privacy/release", "[\"progress\",\"progress\"]", "$.privacy.release", "twice")]
    public void Expand_with_one_mistake_is_refused_with_its_path(string pointer, string value, string path, string hint)
    {
        string json = StudyJson.With(StudyJson.Shortest, pointer, value);

        StudyException refusal = Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json)));

        Assert.Equal(path, refusal.Path);
        Assert.Contains(hint, refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("name")]
    [InlineData("labelParty")]
    [InlineData("featureParties")]
    [InlineData("task")]
    public void Expand_without_a_required_field_is_refused(string field)
    {
        string json = StudyJson.Without(StudyJson.Shortest, field);

        StudyException refusal = Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json)));

        Assert.Contains($"the field '{field}' is missing", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_without_labels_says_what_gradients_would_reveal()
    {
        string json = StudyJson.Without(StudyJson.Shortest, "labels");

        Assert.Equal("$.labels", Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json))).Path);
    }

    [Theory]
    [InlineData("training/classWeights", "\"balanced\"", "regression", "$.training.classWeights")]
    [InlineData("training/batch", "1", "survival", "$.training.batch")]
    [InlineData("labels/protection", "\"maxNorm\"", "multiclass", "$.labels.protection")]
    [InlineData("model/preset", "\"linear\"", "multiclass", "$.model")]
    public void Expand_with_what_the_task_does_not_allow_is_refused(string pointer, string value, string task, string path)
    {
        string json = StudyJson.With(StudyJson.With(StudyJson.Shortest, pointer, value), "task", $"\"{task}\"");

        Assert.Equal(path, Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json))).Path);
    }

    [Fact]
    public void Expand_batch_that_no_message_can_carry_is_refused()
    {
        string json = StudyJson.With(StudyJson.With(StudyJson.Shortest, "model/cut", "1024"), "training/batch", "8193");

        StudyException refusal = Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json)));

        Assert.Equal("$.training.batch", refusal.Path);
        Assert.Contains("at most 8192 rows", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_refit_without_validation_rows_is_refused()
    {
        string json = StudyJson.With(StudyJson.Shortest, "training/earlyStopping", "{ \"validation\": 0, \"refit\": true }");

        Assert.Equal("$.training.earlyStopping.refit", Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json))).Path);
    }

    [Fact]
    public void Expand_validation_loss_without_validation_rows_is_refused()
    {
        string json = StudyJson.With(StudyJson.Shortest, "training/earlyStopping/validation", "0");
        json = StudyJson.With(json, "privacy/release", "[\"validationLoss\"]");

        Assert.Equal("$.privacy.release", Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json))).Path);
    }

    [Theory]
    [InlineData("""{"name":"a","name":"b"}""", "'name' stands here twice")]
    [InlineData("""{"name":"a","n\u0061me":"b"}""", "'name' stands here twice")]
    [InlineData("""{"name":"a",}""", "not JSON at line 1")]
    [InlineData("""{"name":"a"} // study""", "not JSON at line 1")]
    [InlineData("{\n\"name\" \"a\"}", "not JSON at line 2, byte 8")]
    [InlineData("", "not JSON")]
    [InlineData("[]", "write an object")]
    [InlineData("null", "write an object")]
    [InlineData("""{"\ud800":1}""", "surrogate")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]", "16 levels")]
    public void Expand_of_broken_json_is_refused(string json, string hint)
    {
        StudyException refusal = Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json)));

        Assert.Equal("$", refusal.Path);
        Assert.Contains(hint, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_of_half_a_surrogate_pair_is_refused()
    {
        string json = StudyJson.With(StudyJson.Shortest, "purpose", "\"x\"").Replace("\"x\"", "\"\\ud800\"", StringComparison.Ordinal);

        StudyException refusal = Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json)));

        Assert.Equal("$.purpose", refusal.Path);
        Assert.Contains("surrogate", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_of_text_that_is_not_utf8_is_refused()
    {
        byte[] latin1 = Encoding.Latin1.GetBytes(
            StudyJson.With(StudyJson.Shortest, "purpose", "\"x\"").Replace("\"x\"", "\"é\"", StringComparison.Ordinal));

        Assert.Contains("UTF-8", Assert.Throws<StudyException>(() => StudyDocument.Expand(latin1)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_of_too_many_bytes_is_refused()
    {
        byte[] json = new byte[StudyDocument.MaxBytes + 1];
        json.AsSpan().Fill((byte)' ');

        Assert.Contains("at most", Assert.Throws<StudyException>(() => StudyDocument.Expand(json)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Expand_refusal_never_prints_control_characters()
    {
        string json = StudyJson.With(StudyJson.Shortest, "\u001b[2J", "1");

        Assert.DoesNotContain(Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json))).Message, char.IsControl);
    }

    [Theory]
    [InlineData("labels", "{\"protection\":\"marvell\"}", "labelDp")]
    [InlineData("labels", "{\"protection\":\"maxNorm\"}", "labelDp")]
    [InlineData("privacy", "{\"differentialPrivacy\":{\"epsilon\":8}}", "one network")]
    [InlineData("privacy", "{\"releaseNoise\":{\"multiplier\":1}}", "share the bound")]
    [InlineData("training/earlyStopping", "{\"refit\":true}", "no row to add")]
    [InlineData("alternatives", "[{}]", "leave one model")]
    [InlineData("audit", "{\"limits\":{\"featureR2\":0.5}}", "take those of several apart")]
    public void Expand_members_beside_what_is_made_for_one_network_is_refused(string path, string value, string expected)
    {
        string json = StudyJson.With(StudyJson.With(StudyJson.Shortest, "model/members", "5"), path, value);

        StudyException refusal = Assert.Throws<StudyException>(() => StudyDocument.Expand(StudyJson.Utf8(json)));

        Assert.Equal("$.model.members", refusal.Path);
        Assert.Contains(expected, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void FromStudy_keeps_the_same_rules()
    {
        Study study = StudyDocument.Expand(StudyJson.Utf8(StudyJson.Shortest)).Study;

        Assert.Equal("$.model.cut", Refused(study with { Model = study.Model with { Cut = 0 } }));
        Assert.Equal("$.task.time", Refused(study with { Task = study.Task with { Time = "t" } }));
        Assert.Equal("$.task.kind", Refused(study with { Task = new TaskSettings { Kind = (TaskKind)99 } }));
        Assert.Equal("$.labelParty", Refused(study with { LabelParty = default }));
        Assert.Equal("$.purpose", Refused(study with { Purpose = "\ud800" }));
        Assert.Equal("$.training.optimizer.learningRate", Refused(study with
        {
            Training = study.Training with { Optimizer = study.Training.Optimizer with { LearningRate = double.NaN } },
        }));

        static string Refused(Study study) => Assert.Throws<StudyException>(() => StudyDocument.FromStudy(study)).Path;
    }
}
