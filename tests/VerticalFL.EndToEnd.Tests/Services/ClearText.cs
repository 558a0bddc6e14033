using System.Security.Cryptography;
using System.Text;
using VerticalFL.Alignment.Identifiers;
using VerticalFL.Messages.Studies;
using Xunit;

namespace VerticalFL.EndToEnd.Tests.Services;

/// <summary>Looks for patients in files: identifiers as text, as hashes in bytes, hexadecimal and base64, and the tables' values.</summary>
internal static class ClearText
{
    public static void Check(IEnumerable<string> directories, string studyFile)
    {
        StudyDocument document = StudyDocument.Load(studyFile);
        ItemSet items = ItemSet.Build(
            document.Id, document.Study.Identifiers.Single(), [[.. Enumerable.Range(0, Cohort.Patients).Select(p => (string?)Cohort.Identifier(p))]]);
        var needles = new List<byte[]>();
        for (int p = 0; p < 12; p++)
        {
            byte[] plain = Encoding.UTF8.GetBytes(Cohort.Identifier(p));
            Add(plain);
            Add(SHA256.HashData(plain)[..16]);
            Add(items.Items.Slice(p * ItemSet.ItemSize, ItemSet.ItemSize).ToArray());
            foreach (int column in (int[])[80, 81, 30, 31])
            {
                Add(Encoding.UTF8.GetBytes(Cohort.Value(p, column)));
            }
        }

        string[] files = [.. directories.SelectMany(d => Directory.EnumerateFiles(d, "*", SearchOption.AllDirectories)).Where(f => Path.GetExtension(f) is not (".sock" or ".lock"))];
        Assert.NotEmpty(files);
        foreach (string file in files)
        {
            byte[] content = Read(file);
            Assert.All(needles, n => Assert.True(content.AsSpan().IndexOf(n) < 0, $"{file} holds {Encoding.UTF8.GetString(n)} or its hash in the clear."));
        }

        void Add(byte[] needle)
        {
            needles.Add(needle);
            needles.Add(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(needle)));
            needles.Add(Encoding.ASCII.GetBytes(Convert.ToBase64String(needle)[..^4]));
        }
    }

    private static byte[] Read(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
