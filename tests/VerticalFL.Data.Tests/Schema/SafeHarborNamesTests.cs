using VerticalFL.Data.Schema;
using Xunit;

namespace VerticalFL.Data.Tests.Schema;

public sealed class SafeHarborNamesTests
{
    // Names that real clinical and omics tables have; none is an identifier.
    private static readonly string[] Harmless =
    [
        "age", "sex", "race", "num.co", "hday", "edu", "income", "dzgroup", "dzclass", "scoma", "meanbp", "hrt", "resp", "temp", "diabetes", "ca",
        "adlp", "adls", "radiotherapy", "chemotherapy", "hormone_treatment", "er_positive", "label", "split", "time", "event", "birth_weight",
        "state", "site_id", "drug_name", "visit_number", "cell_number", "vehicle", "update", "candidate", "capacity", "intensity", "tumor_stage",
        "name_of_drug", "zipper", "ship", "addressed", "urlike", "plate", "study_arm", "number_of_visits", "surgery_time", "menopausal_state",
        "MKI67", "EGFR", "PGR", "ERBB2", "hsa-let-7a-1", "hsa-mir-1287", "HLA-H", "HLA-DOB", "ID1", "ID4", "ZIP4", "CARD9", "GPS1", "GPS2", "BANK1",
        "APBB1IP", "TNFAIP3", "C7orf55", "SNORA8", "MT1X", "GK", "BOC", "NES", "TST", "DBP", "AR", "ATM", "PIN1", "FACE1", "LAT", "CITED2", "VIM",
        "4E-BP1_pS65", "53BP1", "A-Raf_pS299", "Bid", "DJ-1", "E-Cadherin", "ER-alpha", "c-Kit", "p90RSK_pT359_S363", "alpha-Catenin", "eEF2K",
        "Caspase-7_cleavedD198", "NF-kB-p65_pS536", "14-3-3_epsilon", "YB-1_pS102", "rna_ID2", "met_glucose", "NPI", "npi_score",
    ];

    public static TheoryData<string, SafeHarborKind> Identifiers => new()
    {
        { "name", SafeHarborKind.Name }, { "last_name", SafeHarborKind.Name }, { "FirstName", SafeHarborKind.Name }, { "surname", SafeHarborKind.Name },
        { "Patient Name", SafeHarborKind.Name }, { "next_of_kin", SafeHarborKind.Name },
        { "address", SafeHarborKind.Geography }, { "Address1", SafeHarborKind.Geography }, { "city", SafeHarborKind.Geography },
        { "zip", SafeHarborKind.Geography }, { "zip_code", SafeHarborKind.Geography }, { "ZIP5", SafeHarborKind.Geography },
        { "postal.code", SafeHarborKind.Geography }, { "homeLatitude", SafeHarborKind.Geography },
        { "dob", SafeHarborKind.Date }, { "birth_date", SafeHarborKind.Date }, { "DateOfBirth", SafeHarborKind.Date },
        { "admission date", SafeHarborKind.Date }, { "discharge-date", SafeHarborKind.Date }, { "visit_dt", SafeHarborKind.Date },
        { "phone", SafeHarborKind.Telephone }, { "HomePhone2", SafeHarborKind.Telephone }, { "mobile_number", SafeHarborKind.Telephone },
        { "fax", SafeHarborKind.Fax }, { "e-mail", SafeHarborKind.Email }, { "EmailAddress", SafeHarborKind.Email },
        { "ssn", SafeHarborKind.SocialSecurity }, { "social_security_no", SafeHarborKind.SocialSecurity },
        { "mrn", SafeHarborKind.MedicalRecord }, { "MedicalRecordNumber", SafeHarborKind.MedicalRecord }, { "hospital_no", SafeHarborKind.MedicalRecord },
        { "health_plan_no", SafeHarborKind.HealthPlan }, { "member_id", SafeHarborKind.HealthPlan }, { "medicareID", SafeHarborKind.HealthPlan },
        { "account_number", SafeHarborKind.Account }, { "iban", SafeHarborKind.Account },
        { "driver_license", SafeHarborKind.License }, { "certificate_no", SafeHarborKind.License },
        { "license_plate", SafeHarborKind.Vehicle }, { "vehicle_id", SafeHarborKind.Vehicle }, { "vin", SafeHarborKind.Vehicle },
        { "device_serial", SafeHarborKind.Device }, { "pacemaker_id", SafeHarborKind.Device }, { "SerialNumber", SafeHarborKind.Device },
        { "url", SafeHarborKind.Url }, { "web address", SafeHarborKind.Url }, { "ip", SafeHarborKind.IpAddress }, { "IPAddress", SafeHarborKind.IpAddress },
        { "fingerprint", SafeHarborKind.Biometric }, { "retina_scan", SafeHarborKind.Biometric }, { "photo", SafeHarborKind.Photograph },
        { "patient_id", SafeHarborKind.OtherUnique }, { "PatientID", SafeHarborKind.OtherUnique }, { "subject.no", SafeHarborKind.OtherUnique },
        { "encounter_id", SafeHarborKind.OtherUnique }, { "id", SafeHarborKind.OtherUnique }, { "uuid", SafeHarborKind.OtherUnique },
    };

    [Theory]
    [MemberData(nameof(Identifiers))]
    public void Find_of_an_identifiers_name_gives_its_kind(string name, SafeHarborKind kind)
    {
        IdentifierFinding? finding = SafeHarborNames.Find(name, Numbers("1", "2"), nearlyUnique: false);

        Assert.Equal(new IdentifierFinding(kind, IdentifierEvidence.Name), finding);
    }

    [Fact]
    public void Every_kind_of_the_eighteen_has_a_name()
    {
        Assert.Equal(18, Enum.GetValues<SafeHarborKind>().Length);
        Assert.Equal(Enum.GetValues<SafeHarborKind>(), Identifiers.Select(r => r.Data.Item2).Distinct().Order());
    }

    [Fact]
    public void Find_of_a_harmless_name_finds_nothing()
    {
        Assert.All(Harmless, name => Assert.Null(SafeHarborNames.Find(name, Numbers("0.5", "1.25"), nearlyUnique: true)?.Kind));
        Assert.All(Harmless.Where(n => n != "HLA-DOB"), name => Assert.Null(SafeHarborNames.Find(name, Numbers("1", "2"), nearlyUnique: false)?.Kind));
    }

    [Fact]
    public void Find_of_a_short_word_on_fractions_takes_it_for_a_measurement()
    {
        Assert.Equal(SafeHarborKind.Date, SafeHarborNames.Find("DOB", Numbers("1970", "1980"), nearlyUnique: false)?.Kind);
        Assert.Null(SafeHarborNames.Find("DOB", Numbers("4.25", "3.5"), nearlyUnique: true));
    }

    [Theory]
    [InlineData("site_id", SafeHarborKind.OtherUnique)]
    [InlineData("drug_name", SafeHarborKind.Name)]
    public void Find_of_a_general_word_depends_on_whether_values_differ(string name, SafeHarborKind kind)
    {
        Assert.Null(SafeHarborNames.Find(name, Numbers("a", "b"), nearlyUnique: false));
        Assert.Equal(kind, SafeHarborNames.Find(name, Numbers("a", "b"), nearlyUnique: true)?.Kind);
    }

    [Theory]
    [InlineData("BirthDate_2", "birth date 2")]
    [InlineData("IPAddress", "ip address")]
    [InlineData("num.co", "num co")]
    [InlineData("größeCm", "größe cm")]
    [InlineData("___", "")]
    public void Words_cuts_at_punctuation_and_changes_of_case(string name, string words) =>
        Assert.Equal(words, string.Join(' ', SafeHarborNames.Words(name)));

    private static NumberCells Numbers(params string[] cells) => new(cells);
}
