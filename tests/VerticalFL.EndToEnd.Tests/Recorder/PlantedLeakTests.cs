using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Data;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Control;
using VerticalFL.Messages.Training;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>The checker's own proof: one leak is written into an honest transcript, as the codec would write it, and has to be named.</summary>
public sealed class PlantedLeakTests(RecordedRunFixture fixture)
{
    public static TheoryData<string, string> Leaks => new()
    {
        { "identifier in the software name", "an identifier as UTF-8 text: AgentHello from lab" },
        { "normalised identifier in UTF-16 in a table slot", "an identifier as UTF-16 text: OkvsChunk from pharmacy" },
        { "SHA-256 of an identifier as a contribution", "a hash of an identifier: OrderContribution from lab" },
        { "eight bytes of HMAC under the study id in a digest", "a keyed hash of an identifier under a public key: RowCheckDigest from lab" },
        { "MD5 salted with the run in hexadecimal", "a salted hash of an identifier, as hexadecimal text: AgentHello from pharmacy" },
        { "an item in the announced tags", "an identifier's item: CohortAnnouncement from hospital" },
        { "a cell as text", "a feature value as text: AgentHello from lab" },
        { "a cell as float64 in place of a mask contribution", "a feature value as float64: MaskContribution from lab" },
        { "a row as float32 in place of a mask contribution", "a feature value as float32: MaskContribution from lab" },
        { "a standardised row as fixed point, big endian", "a standardised feature as fixed point, big endian: PartSummary from lab" },
        { "a standardised column, one value in each row of activations", "single 32-bit values in MaskedActivations at lab" },
        { "the outcomes as bytes in the row assignment", "the outcomes in cohort order as bytes: RowAssignment from hospital" },
        { "the outcomes as row parts", "the outcomes in cohort order as row parts: RowAssignment from hospital" },
        { "the outcomes as bits in a hash", "the outcomes in cohort order as bits: RunSummary from hospital" },
        { "the outcomes as float32 in the gradients", "the outcomes in training order as float32: ActivationGradients from hospital" },
        { "the same mask twice", "one message less the one before" },
        { "activations without masks", "masked activations of lab: byte 3 of the words" },
        { "one bit of each word kept", "masked activations of lab: bit 7" },
        { "an unlisted message", "not listed: MaskedActivations from lab to pharmacy" },
        { "a mask contribution to the label party", "not listed: MaskContribution from lab to hospital" },
        { "bytes behind a message", "not exactly its fields: TrainingReady from lab" },
        { "telemetry that is not released", "telemetry that the study does not release: RunProgress from hospital" },
    };

    [Theory]
    [MemberData(nameof(Leaks))]
    public async Task A_planted_leak_is_named(string plant, string expected)
    {
        RecordedRun run = await fixture.RunAsync();
        LeakChecker checker = await fixture.CheckerAsync();
        RecordedMessage[] planted = [.. run.Messages];

        Plant(plant, run, planted);

        Assert.Contains(checker.Judge(planted), f => f.Contains(expected, StringComparison.Ordinal));
    }

    private static void Plant(string plant, RecordedRun run, RecordedMessage[] messages)
    {
        PartySecrets hospital = run.Secrets.Single(s => s.Party == RecordedCohort.Hospital);
        PartySecrets lab = run.Secrets.Single(s => s.Party == RecordedCohort.Lab);
        string identifier = lab.Identifiers[17]!;
        byte[] text = Encoding.UTF8.GetBytes(identifier);
        Column gene = lab.Numbers.Single(c => c.Name == "gene_a");
        string cell = gene.Cells[5]!;
        byte[] row = [.. lab.Numbers.SelectMany(c => BitConverter.GetBytes((float)ValueNeedles.Read(c)[5]))];
        bool[] outcomes = [.. hospital.Cohort.Select(r => hospital.Labels![r])];
        switch (plant)
        {
            case "identifier in the software name":
                Change<AgentHello>(RecordedCohort.Lab, m => m with { Software = identifier });
                break;
            case "normalised identifier in UTF-16 in a table slot":
                Change<OkvsChunk>(RecordedCohort.Pharmacy, m => m with { Slots = Overwrite(m.Slots, Encoding.Unicode.GetBytes(identifier.ToUpperInvariant()), 301) });
                break;
            case "SHA-256 of an identifier as a contribution":
                Change<OrderContribution>(RecordedCohort.Lab, m => m with { Contribution = SHA256.HashData(text) });
                break;
            case "eight bytes of HMAC under the study id in a digest":
                Change<RowCheckDigest>(RecordedCohort.Lab, m => m with { Digest = Overwrite(m.Digest, HMACSHA256.HashData(run.Study.Id.ToBytes(), text)[..8], 11) });
                break;
            case "MD5 salted with the run in hexadecimal":
                string hash = Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, [.. run.Run.ToBytes(), .. text]));
                Change<AgentHello>(RecordedCohort.Pharmacy, m => m with { Software = hash });
                break;
            case "an item in the announced tags":
                byte[] item = ItemSet.Build(run.Study.Id, run.Study.Study.Identifiers.Single(), [[identifier]]).Items.ToArray();
                Change<CohortAnnouncement>(RecordedCohort.Hospital, m => m with { Tags = Overwrite(m.Tags, item, 33) });
                break;
            case "a cell as text":
                Change<AgentHello>(RecordedCohort.Lab, m => m with { Software = "v" + cell });
                break;
            case "a cell as float64 in place of a mask contribution":
                Change<MaskContribution>(RecordedCohort.Lab, m => m with { Contribution = Overwrite(m.Contribution, BitConverter.GetBytes(ValueNeedles.Read(gene)[5]), 3) });
                break;
            case "a row as float32 in place of a mask contribution":
                Change<MaskContribution>(RecordedCohort.Lab, m => m with { Contribution = Overwrite(m.Contribution, row, 3) });
                break;
            case "a standardised row as fixed point, big endian":
                double[][] prepared = ValueNeedles.Prepared(lab);
                byte[] two = [.. Enumerable.Range(0, prepared.Length).Where(c => ValueForms.IsDistinctive(prepared[c][9]) && lab.Features.Names[c].StartsWith("gene", StringComparison.Ordinal)).Take(2).SelectMany(c => ValueForms.Narrow[3].Encode(prepared[c][9]))];
                Change<PartSummary>(RecordedCohort.Lab, m => m with { PartHash = Overwrite(m.PartHash, two, 4) });
                break;
            case "a standardised column, one value in each row of activations":
                double[] column = ValueNeedles.Prepared(lab)[Array.IndexOf([.. lab.Features.Names], "gene_a")];
                int next = 0;
                ChangeAll<MaskedActivations>(RecordedCohort.Lab, m =>
                {
                    byte[] values = m.Values.ToArray();
                    for (int start = 0; start < values.Length && next < column.Length; start += 32, next++)
                    {
                        BinaryPrimitives.WriteSingleLittleEndian(values.AsSpan(start), (float)column[next]);
                    }

                    return m with { Values = values };
                });
                break;
            case "the outcomes as bytes in the row assignment":
                Change<RowAssignmentMessage>(RecordedCohort.Hospital, m => m with { Parts = outcomes.Select(o => (byte)(o ? 1 : 0)).ToArray() });
                break;
            case "the outcomes as row parts":
                Change<RowAssignmentMessage>(RecordedCohort.Hospital, m => m with { Parts = outcomes.Select(o => (byte)(o ? 1 : 2)).ToArray() });
                break;
            case "the outcomes as bits in a hash":
                var bits = new byte[32];
                for (int i = 0; i < 256 && i < outcomes.Length; i++)
                {
                    bits[i / 8] |= (byte)((outcomes[i] ? 1 : 0) << (i % 8));
                }

                Change<RunSummary>(RecordedCohort.Hospital, m => m with { ModelHash = bits });
                break;
            case "the outcomes as float32 in the gradients":
                byte[] floats = [.. hospital.Rows.TrainingRows.Take(100).SelectMany(r => BitConverter.GetBytes(outcomes[r] ? 1f : 0f))];
                Change<ActivationGradients>(RecordedCohort.Hospital, m => m with { Values = Overwrite(m.Values, floats, 16) });
                break;
            case "the same mask twice":
                MaskedActivations? before = null;
                ChangeAll<MaskedActivations>(RecordedCohort.Lab, m =>
                {
                    // Every second message is the one before it, a little moved: what two uses of a mask look like.
                    uint[]? masked = before is not null && before.Values.Length >= m.Values.Length ? MaskedWords.Words(before) : null;
                    MaskedActivations sent = masked is null ? m : m with
                    {
                        Values = MemoryMarshal.AsBytes(masked.Take(m.Values.Length / 4).Select((w, i) => unchecked(w + (uint)(i * 977 % 4099))).ToArray().AsSpan()).ToArray(),
                    };
                    before = masked is null ? m : null;
                    return sent;
                });
                break;
            case "activations without masks":
                ChangeAll<MaskedActivations>(RecordedCohort.Lab, m => m with
                {
                    Values = MemoryMarshal.AsBytes(Enumerable.Range(0, m.Values.Length / 4).Select(i => (i * 7919 % 2000001) - 1000000).ToArray().AsSpan()).ToArray(),
                });
                break;
            case "one bit of each word kept":
                ChangeAll<MaskedActivations>(RecordedCohort.Lab, m => m with
                {
                    Values = MemoryMarshal.AsBytes(MaskedWords.Words(m).Select((w, i) => i % 4 == 0 ? w | 128u : w).ToArray().AsSpan()).ToArray(),
                });
                break;
            case "an unlisted message":
                int activations = Array.FindIndex(messages, m => m.Type == MessageType.MaskedActivations && m.From == RecordedCohort.Lab);
                messages[activations] = messages[activations] with { At = RecordedCohort.Lab, Sent = true, Peer = RecordedCohort.Pharmacy };
                break;
            case "a mask contribution to the label party":
                int contribution = Array.FindIndex(messages, m => m.Type == MessageType.MaskContribution && m.From == RecordedCohort.Lab);
                messages[contribution] = messages[contribution] with { At = RecordedCohort.Lab, Sent = true, Peer = RecordedCohort.Hospital };
                break;
            case "bytes behind a message":
                int ready = Array.FindIndex(messages, m => m.Type == MessageType.TrainingReady && m.From == RecordedCohort.Lab);
                messages[ready] = messages[ready] with { Bytes = [.. messages[ready].Bytes, 0] };
                break;
            case "telemetry that is not released":
                Change<RunProgress>(RecordedCohort.Hospital, m => m with { ValidationLoss = 0.6931 });
                break;
            default:
                throw new ArgumentException(plant);
        }

        void Change<T>(PartyId from, Func<T, T> change)
            where T : IMessage<T>
        {
            int at = Array.FindIndex(messages, m => m.From == from && m.Type == T.Descriptor.Type);
            messages[at] = messages[at] with { Bytes = MessageCodec.Encode(change(MessageCodec.Decode<T>(messages[at].Bytes))) };
        }

        void ChangeAll<T>(PartyId from, Func<T, T> change)
            where T : IMessage<T>
        {
            for (int i = 0; i < messages.Length; i++)
            {
                if (messages[i].Sent && messages[i].From == from && messages[i].Type == T.Descriptor.Type)
                {
                    messages[i] = messages[i] with { Bytes = MessageCodec.Encode(change(MessageCodec.Decode<T>(messages[i].Bytes))) };
                }
            }
        }
    }

    private static byte[] Overwrite(ReadOnlyMemory<byte> content, byte[] leak, int offset)
    {
        byte[] changed = content.ToArray();
        leak.CopyTo(changed, Math.Min(offset, changed.Length - leak.Length));
        return changed;
    }
}
