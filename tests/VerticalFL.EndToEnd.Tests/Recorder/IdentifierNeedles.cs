using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages.Studies;

namespace VerticalFL.EndToEnd.Tests.Recorder;

/// <summary>
/// The forms in which an identifier might leave: text as in the file and normalised, the 16-byte item, and hashes of all three with everything
/// that is public as salt, cut to eight bytes, as bytes, hexadecimal and base 64.
/// </summary>
internal static class IdentifierNeedles
{
    private static readonly HashAlgorithmName[] Algorithms = [HashAlgorithmName.SHA256, HashAlgorithmName.SHA1, HashAlgorithmName.MD5, HashAlgorithmName.SHA512];

    private const string Item = "an identifier's item";
    private const string Hash = "a hash of an identifier";
    private const string SaltedHash = "a salted hash of an identifier";
    private const string KeyedHash = "a keyed hash of an identifier under a public key";

    // Made once: there are half a million hashes.
    private static readonly Dictionary<string, (string Hexadecimal, string Base64)> TextForms =
        new[] { Item, Hash, SaltedHash, KeyedHash }.ToDictionary(w => w, w => (w + ", as hexadecimal text", w + ", as base 64 text"));

    public static void AddTo(NeedleSet needles, RecordedRun run)
    {
        byte[][] salts = Salts(run);
        foreach (string identifier in run.Secrets.SelectMany(s => s.Identifiers).Distinct().Select(i => i!))
        {
            string normalised = identifier.ToUpperInvariant();
            byte[] item = ItemSet.Build(run.Study.Id, run.Study.Study.Identifiers.Single(), [[identifier]]).Items.ToArray();
            foreach (string text in new[] { identifier, normalised, identifier.ToLowerInvariant() })
            {
                needles.Add(Encoding.UTF8.GetBytes(text), "an identifier as UTF-8 text");
                needles.Add(Encoding.Unicode.GetBytes(text), "an identifier as UTF-16 text");
                needles.Add(Encoding.BigEndianUnicode.GetBytes(text), "an identifier as UTF-16 text");
            }

            AddForms(needles, item, Item);
            foreach (byte[] content in new[] { Encoding.UTF8.GetBytes(identifier), Encoding.UTF8.GetBytes(normalised), Encoding.Unicode.GetBytes(identifier), item })
            {
                foreach (HashAlgorithmName algorithm in Algorithms)
                {
                    AddForms(needles, CryptographicOperations.HashData(algorithm, content), Hash);
                    foreach (byte[] salt in salts)
                    {
                        AddForms(needles, CryptographicOperations.HashData(algorithm, [.. salt, .. content]), SaltedHash);
                        AddForms(needles, CryptographicOperations.HashData(algorithm, [.. content, .. salt]), SaltedHash);
                        AddForms(needles, CryptographicOperations.HmacData(algorithm, salt, content), KeyedHash);
                    }
                }
            }
        }
    }

    private static byte[][] Salts(RecordedRun run)
    {
        Study study = run.Study.Study;
        string[] texts = [study.Name, study.Purpose, run.Study.Id.Hex, run.Run.Hex, "vfl/v1/id", "VerticalFL", .. study.Parties.Select(p => p.Value)];
        return [run.Study.Id.ToBytes(), run.Run.ToBytes(), .. texts.Select(Encoding.UTF8.GetBytes)];
    }

    private static void AddForms(NeedleSet needles, ReadOnlySpan<byte> hash, string what)
    {
        (string hexadecimal, string base64) = TextForms[what];
        ReadOnlySpan<byte> head = hash[..8];
        Span<byte> text = stackalloc byte[16];
        needles.Add(head, what);
        Convert.TryToHexStringLower(head, text, out _);
        needles.Add(text, hexadecimal);
        Convert.TryToHexString(head, text, out _);
        needles.Add(text, hexadecimal);
        Base64.EncodeToUtf8(hash[..9], text, out _, out int written);
        needles.Add(text[..written], base64);
    }
}
