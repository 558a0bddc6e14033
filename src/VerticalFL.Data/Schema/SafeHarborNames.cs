using System.Text;

namespace VerticalFL.Data.Schema;

/// <summary>
/// Tells direct identifiers by a column's name. A name is cut into words at punctuation and at changes of case; rules match whole words, so
/// that <c>age</c>, <c>num.co</c> or a gene called <c>ZIP4</c> stay.
/// </summary>
internal static class SafeHarborNames
{
    // Words of a rule follow one another in the name; a|b is either. Marks before a rule:
    // =  the words are the whole name;  ~  only when the values are not fractions (short words that are also gene symbols);
    // ?  only when the values nearly all differ (a drug's name is a category, a person's is not).
    private static readonly (SafeHarborKind Kind, string[] Rules)[] Table =
    [
        (SafeHarborKind.Email, ["email|emails|emailaddress|mailto", "e mail"]),
        (SafeHarborKind.IpAddress, ["ip|mac address|addr|adr", "ipaddress|ipaddr|ipv4|ipv6|macaddress", "~=ip"]),
        (SafeHarborKind.Url, ["url|urls|website|homepage|weblink", "web address|site|page"]),
        (SafeHarborKind.Fax, ["fax|faxnumber|telefax"]),
        (SafeHarborKind.Telephone, ["phone|telephone|phonenumber|cellphone|telefon|phoneno", "mobile|contact|pager number|no|nr", "~=tel"]),
        (SafeHarborKind.SocialSecurity,
            ["ssn|socialsecuritynumber|socialsecurity|nationalid|aadhaar|personnummer|nino", "social security|insurance", "national id|number|identifier"]),
        (SafeHarborKind.MedicalRecord,
            ["mrn|mrns|medicalrecordnumber|nhsnumber", "medical record", "record|chart|hospital|nhs|case number|no|nr|num", "health record number"]),
        (SafeHarborKind.HealthPlan,
            ["health plan", "insurance|policy|plan|member|subscriber|insured|payer|medicare|medicaid id|number|no|nr|num",
             "policynumber|memberid|beneficiary", "?hicn|mbi"]),
        (SafeHarborKind.Account, ["account|acct|iban|accountnumber", "billing|invoice id|number|no", "credit card"]),
        (SafeHarborKind.Vehicle, ["license|licence|number plate", "vehicle id|identifier|number|no|plate|registration|vin", "~=vin", "numberplate|licenseplate"]),
        (SafeHarborKind.License, ["license|licence|licensenumber", "certificate id|number|no|nr", "passport|passportnumber|driverslicense"]),
        (SafeHarborKind.Device,
            ["device|implant|pacemaker id|identifier|serial|udi", "device|serial number|no|nr|num", "serialnumber|imei|udi|deviceid"]),
        (SafeHarborKind.Biometric, ["fingerprint|fingerprints|voiceprint|faceprint|biometric|biometrics", "iris|retina|palm scan|print|code"]),
        (SafeHarborKind.Photograph, ["photo|photos|photograph|photographs|selfie", "face|facial image|picture|scan"]),
        (SafeHarborKind.Date,
            ["date|dates|datetime|timestamp|dttm|birthdate|birthday|dateofbirth", "admitdate|admissiondate|dischargedate|deathdate|visitdate",
             "birth day|month|dt|time", "day|month of birth", "admission|admit|discharge time", "admission|admit|discharge|visit|surgery|death|encounter dt",
             "~dob|dod"]),
        (SafeHarborKind.Geography,
            ["address|addresses|addr|street|streetname|homeaddress", "city|town|county|village|municipality|suburb|parish|precinct|neighborhood",
             "zip5|zip9|zipcode|zipcodes|postcode|postalcode|postal|plz|geocode|geohash", "~zip", "zip|post|area code", "latitude|longitude",
             "house number|no|nr"]),
        (SafeHarborKind.Name,
            ["surname|surnames|forename|firstname|lastname|fullname|middlename|maidenname|nickname|patientname|givenname|familyname",
             "first|last|full|middle|maiden|given|family|legal|preferred|birth name|names",
             "patient|person|subject|doctor|physician|provider|nurse|surgeon|mother|father|spouse|contact|relative|guardian|insured|employer name|names",
             "next of kin", "=name|names", "=initials", "patient initials", "?name"]),
        (SafeHarborKind.OtherUnique,
            ["uuid|guid|barcode", "bar code", "patientid|personid|subjectid|participantid|encounterid|visitid|admissionid|sampleid|hadmid|stayid",
             "patient|person|subject|participant|client|respondent|donor|accession|specimen id|ids|identifier|number|no|nr|num|uid|code|key",
             "encounter|visit|admission|hadm|stay|episode|study|sample|record|case|individual|chart id|ids|identifier|uid",
             "~=id|uid|pid|identifier", "?id|identifier|uid|key"]),
    ];

    private static readonly (SafeHarborKind Kind, Rule Rule)[] Rules =
        [.. Table.SelectMany(t => t.Rules.Select(r => (t.Kind, Rule.Parse(r))))];

    /// <summary>The first kind whose rule fits, or null.</summary>
    /// <param name="name">The column's name.</param>
    /// <param name="numbers">Its cells as numbers.</param>
    /// <param name="nearlyUnique">Whether its values nearly all differ.</param>
    public static IdentifierFinding? Find(string name, NumberCells numbers, bool nearlyUnique)
    {
        bool fractions = numbers.HasFraction && numbers.Unreadable.Count == 0;
        string[] words = Words(name);
        foreach ((SafeHarborKind kind, Rule rule) in Rules)
        {
            if (!(rule.NotFractions && fractions) && !(rule.NearlyUnique && (!nearlyUnique || fractions)) && rule.Fits(words))
            {
                return new IdentifierFinding(kind, IdentifierEvidence.Name);
            }
        }

        return null;
    }

    /// <summary>Cuts a name into lower-case words: <c>BirthDate_2</c> is birth, date, 2; <c>IPAddress</c> is ip, address.</summary>
    internal static string[] Words(string name)
    {
        var words = new StringBuilder();
        for (int i = 0; i < name.Length; i++)
        {
            bool upper = char.IsUpper(name[i]);
            bool startsWord = i > 0 && upper
                && (char.IsLower(name[i - 1]) || (char.IsUpper(name[i - 1]) && i + 1 < name.Length && char.IsLower(name[i + 1])));
            words.Append(startsWord ? " " : "").Append(char.IsLetterOrDigit(name[i]) ? char.ToLowerInvariant(name[i]) : ' ');
        }

        return words.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed record Rule(string[][] Words, bool Whole, bool NotFractions, bool NearlyUnique)
    {
        public static Rule Parse(string text)
        {
            string words = text.TrimStart('=', '~', '?');
            string marks = text[..^words.Length];
            return new Rule([.. words.Split(' ').Select(w => w.Split('|'))], marks.Contains('='), marks.Contains('~'), marks.Contains('?'));
        }

        public bool Fits(string[] name)
        {
            for (int start = 0; start + Words.Length <= name.Length; start++)
            {
                if (Words.Select((alternatives, i) => Matches(alternatives, name[start + i])).All(m => m))
                {
                    return !Whole || name.Length == Words.Length;
                }
            }

            return false;
        }

        // address1 and phone2 are addresses and phones; a marked rule's word (id, ip, zip) with a digit behind it may be a gene.
        private bool Matches(string[] alternatives, string word) =>
            alternatives.Contains(word)
            || (!NotFractions && !NearlyUnique && alternatives.Contains(word.TrimEnd('0', '1', '2', '3', '4', '5', '6', '7', '8', '9')));
    }
}
