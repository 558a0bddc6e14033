using System.Text.Json;
using VerticalFL.Governance.Ledger;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Messages.Governance;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Ledger;

/// <summary>Walks protocols/governance/vectors/ledger.json, which another implementation made.</summary>
public sealed class LedgerVectorTests : IDisposable
{
    private static readonly JsonElement Vectors =
        JsonDocument.Parse(System.IO.File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "governance", "vectors", "ledger.json"))).RootElement;

    private readonly TemporaryDirectory _directory = new();
    private readonly StorageKey _key;

    public LedgerVectorTests()
    {
        AtomicFile.Write(_directory[StorageKey.FileName], Hex(Vectors, "key"));
        _key = StorageKey.Open(_directory.Path, null);
    }

    public static TheoryData<string> Invalid => Names("invalid");

    public static TheoryData<string> Torn => Names("torn");

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void A_ledger_is_read_its_patients_known_again_and_its_heads_recognised()
    {
        using PrivacyLedger ledger = Open(Hex(Vectors, "file"));

        Assert.Equal(3, ledger.Patients);
        Assert.Equal((1.5, 0.25), (ledger.Largest(s => s.Epsilon), ledger.Largest(s => s.Rho)));
        int number = 0;
        foreach (JsonElement head in Vectors.GetProperty("heads").EnumerateArray())
        {
            byte[] hash = Convert.FromHexString(head.GetString()!);
            Assert.True(ledger.Continues(new LedgerHead(++number, hash)));
            hash[0] ^= 1;
            Assert.False(ledger.Continues(new LedgerHead(number, hash)));
        }

        // Who was charged for an answer is not charged again, so the tags are the same; another answer is another charge.
        StudyId.TryParse(Vectors.GetProperty("study").GetString()!, out StudyId study);
        RunId.TryParse(Vectors.GetProperty("run").GetString()!, out RunId run);
        foreach (JsonElement charge in Vectors.GetProperty("charges").EnumerateArray())
        {
            var amount = new PrivacySpending(charge.GetProperty("epsilon").GetDouble(), charge.GetProperty("rho").GetDouble());
            LedgerPatient[] patients = [.. charge.GetProperty("patients").EnumerateArray().Select(p => new LedgerPatient(Hex(p, "identifier"), Hex(p, "answer")))];
            Assert.Equal(0, ledger.Reserve(study, run, Hex(charge, "subject"), amount, patients, _ => true).Charged);
            Assert.Equal(
                patients.Length, ledger.Reserve(study, run, Hex(charge, "subject"), amount, patients.Select(p => p with { Answer = new byte[] { 9 } }), _ => true).Charged);
        }

        Assert.Equal((3, 3.0, 0.5), (ledger.Patients, ledger.Largest(s => s.Epsilon), ledger.Largest(s => s.Rho)));
    }

    [Fact]
    public void A_file_without_tags_of_lengths_goes_on_under_its_own_hashes()
    {
        LedgerHead later;
        using (PrivacyLedger ledger = Open(Hex(Vectors, "oldFile")))
        {
            JsonElement last = Vectors.GetProperty("oldHeads").EnumerateArray().Last();
            Assert.Equal(Convert.FromHexString(last.GetString()!), ledger.Head.Hash.ToArray());
            Assert.Equal(1, ledger.Reserve(default, default, new byte[PrivacyLedger.SubjectSize], new(1, 0), [new LedgerPatient("dora"u8.ToArray(), default)], _ => true).Charged);
            later = ledger.Head;
        }

        using PrivacyLedger again = PrivacyLedger.Open(_directory.Path, _key, new PartyId(Vectors.GetProperty("party").GetString()!));
        Assert.Equal((4, 4), (again.Patients, later.Sequence));
        Assert.True(again.Continues(later));
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void A_ledger_that_was_changed_is_refused(string name) => Assert.Throws<StorageException>(() => Open(File(name, "invalid")));

    [Theory]
    [MemberData(nameof(Torn))]
    public void An_unfinished_record_is_cut_and_those_before_it_stay(string name)
    {
        int records = Vectors.GetProperty("torn").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name).GetProperty("records").GetInt32();
        using PrivacyLedger ledger = Open(File(name, "torn"));

        bool Has(int number) => ledger.Continues(new LedgerHead(number, Convert.FromHexString(Vectors.GetProperty("heads")[number - 1].GetString()!)));
        Assert.All(Enumerable.Range(1, 3), n => Assert.Equal(n <= records, Has(n)));
    }

    private PrivacyLedger Open(byte[] file)
    {
        System.IO.File.WriteAllBytes(_directory[PrivacyLedger.FileName], file);
        return PrivacyLedger.Open(_directory.Path, _key, new PartyId(Vectors.GetProperty("party").GetString()!));
    }

    private static byte[] File(string name, string list) => Hex(Vectors.GetProperty(list).EnumerateArray().Single(c => c.GetProperty("name").GetString() == name), "file");

    private static TheoryData<string> Names(string list) => [.. Vectors.GetProperty(list).EnumerateArray().Select(c => c.GetProperty("name").GetString()!)];

    private static byte[] Hex(JsonElement vector, string property) => Convert.FromHexString(vector.GetProperty(property).GetString()!);
}
