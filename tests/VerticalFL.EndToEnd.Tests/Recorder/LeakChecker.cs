using System.Collections.Concurrent;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>Judges what the recorders saw; knows every party's secrets.</summary>
internal sealed class LeakChecker
{
    private readonly RecordedRun _run;
    private readonly NeedleSet _needles = new();
    private readonly ScatteredValues _scattered;

    // Planted transcripts share nearly all of their messages with the honest one.
    private readonly ConcurrentDictionary<byte[], IReadOnlyCollection<string>> _searched = new(ReferenceEqualityComparer.Instance);

    public LeakChecker(RecordedRun run)
    {
        _run = run;
        _scattered = new ScatteredValues(run.Secrets);
        IdentifierNeedles.AddTo(_needles, run);
        foreach (PartySecrets secrets in run.Secrets)
        {
            ValueNeedles.AddTo(_needles, secrets);
            if (secrets.Labels is not null)
            {
                LabelNeedles.AddTo(_needles, secrets);
            }
        }
    }

    /// <summary>How many byte strings are looked for.</summary>
    public int NeedleCount => _needles.Count;

    /// <summary>Every leak in the messages; none when all is well.</summary>
    public IReadOnlyList<string> Judge(IReadOnlyList<RecordedMessage> messages) =>
    [
        .. AllowedMessages.Judge(messages, _run.Study.Study),
        .. messages.SelectMany(m => _searched.GetOrAdd(m.Bytes, b => Search(b)).Select(found => $"{found}: {m}")),
        .. _scattered.Judge(messages),
        .. _run.Study.Study.FeatureParties.SelectMany(p => MaskedWords.Judge(messages, p, _run.Study.Study.Model.Cut)),
    ];

    /// <summary>Secrets that stand in the bytes.</summary>
    public IReadOnlyCollection<string> Search(ReadOnlySpan<byte> bytes) => _needles.FindIn(bytes);
}
