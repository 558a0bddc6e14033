using System.Security.Cryptography;
using System.Text;
using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.LabelProtection;

namespace VerticalFL.Agent.Runs;

/// <summary>Outcomes as they are reported under label differential privacy: what everything that leaves the label party is calculated from.</summary>
/// <param name="Targets">The reported outcomes, by row of the cohort.</param>
/// <param name="Otherwise">How probable it was that one is reported the other way.</param>
/// <param name="Subject">The party's secret, the question, epsilon and the identifier columns: each other one draws all reports anew.</param>
/// <param name="Answers">What else each row's report is drawn from: the patient's identifiers and the true outcome. Secret.</param>
internal sealed record ReportedOutcomes(Targets Targets, double Otherwise, byte[] Subject, IReadOnlyList<byte[]> Answers)
{
    /// <param name="targets">The true outcomes, by row of the cohort.</param>
    /// <param name="input">The label party's table.</param>
    /// <param name="cohort">The table's row of each row of the cohort.</param>
    /// <param name="study">The study; its protection is label differential privacy.</param>
    /// <param name="secret">What reports come from; zeroed afterwards.</param>
    public static ReportedOutcomes Of(Targets targets, PartyInput input, IReadOnlyList<int> cohort, Study study, byte[] secret)
    {
        byte[] question = Encoding.UTF8.GetBytes($"{study.Task.Label}\n{targets.Classes[1]}");
        using var response = new RandomizedResponse(secret, question, study.Labels.Epsilon);
        byte[] subject = response.Subject(Encoding.UTF8.GetBytes(string.Join("\n\n", study.KeysOf(study.LabelParty).Select(k => string.Join('\n', k.Select(i => $"{i.Kind}:{i.Column}"))))));
        CryptographicOperations.ZeroMemory(secret);

        // No study's name in it: the same patient is reported the same way in all of them.
        ReadOnlyMemory<byte>[] patients = PartyKeys.PseudonymsOf(input.Table, study.KeysOf(study.LabelParty));
        var reported = new float[targets.Values.Length];
        var answers = new byte[reported.Length][];
        for (int i = 0; i < reported.Length; i++)
        {
            ReadOnlySpan<byte> patient = patients[cohort[i]].Span;
            answers[i] = [.. patient, targets.Values[i] == 1 ? (byte)1 : (byte)0];
            reported[i] = response.Report(patient, targets.Values[i] == 1) ? 1 : 0;
        }

        return new ReportedOutcomes(targets with { Values = reported }, response.FlipProbability, subject, answers);
    }
}
