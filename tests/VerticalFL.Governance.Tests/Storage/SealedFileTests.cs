using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Storage;

public sealed class SealedFileTests : IDisposable
{
    private const int Limit = 8 << 20;

    private static readonly SealContext Context = new(
        new PartyId("lab"), StudyId.FromBytes(Bytes(32, 1)), RunId.FromBytes(Bytes(16, 2)), 3, "checkpoint", 400, 5);

    private readonly TemporaryDirectory _directory = new();
    private readonly StorageKey _key;

    public SealedFileTests() => _key = StorageKey.Open(_directory.Path, null);

    public static TheoryData<string> OtherContexts => [.. Others().Select(o => o.Name)];

    private string FilePath => _directory["state.sealed"];

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1 << 20)]
    [InlineData((1 << 20) + 1)]
    [InlineData((2 << 20) + 17)]
    public void Read_returns_what_was_written(int size)
    {
        byte[] content = Bytes(size, 7);

        SealedFile.Write(_key, FilePath, Context, content);

        Assert.Equal(content, SealedFile.Read(_key, FilePath, Context, Limit));
        Assert.Equal([StorageKey.FileName, "state.sealed"], Directory.GetFiles(_directory.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal).Reverse());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(FilePath));
        }
    }

    [Theory]
    [MemberData(nameof(OtherContexts))]
    public void Read_refuses_every_other_context(string name)
    {
        SealedFile.Write(_key, FilePath, Context, [1, 2, 3]);

        Assert.Throws<StorageException>(() => SealedFile.Read(_key, FilePath, Others().Single(o => o.Name == name).Context, Limit));
    }

    [Fact]
    public void Read_refuses_every_flipped_bit_and_every_cut()
    {
        SealedFile.Write(_key, FilePath, Context, [1, 2, 3]);
        byte[] file = File.ReadAllBytes(FilePath);
        for (int i = 0; i < file.Length * 8; i++)
        {
            byte[] changed = [.. file];
            changed[i / 8] ^= (byte)(1 << (i % 8));
            AssertRefused(changed);
        }

        for (int length = 0; length < file.Length; length++)
        {
            AssertRefused(file[..length]);
        }

        AssertRefused([.. file, 0]);
    }

    [Fact]
    public void Read_refuses_swapped_and_missing_chunks()
    {
        const int sealedChunk = (1 << 20) + 16, header = 48;
        SealedFile.Write(_key, FilePath, Context, new byte[2 << 20]);
        byte[] file = File.ReadAllBytes(FilePath);
        Assert.Equal(header + (2 * sealedChunk), file.Length);

        AssertRefused([.. file[..header], .. file[(header + sealedChunk)..], .. file[header..(header + sealedChunk)]]);
        AssertRefused(file[..(header + sealedChunk)]);

        // The same with a header that states the shorter length.
        byte[] shorter = file[..(header + sealedChunk)];
        shorter[40 + 5] = 0x10;
        AssertRefused(shorter);
    }

    [Fact]
    public void Read_refuses_another_key_and_a_limit_that_is_exceeded()
    {
        SealedFile.Write(_key, FilePath, Context, new byte[100]);
        using var elsewhere = new TemporaryDirectory();
        using StorageKey other = StorageKey.Open(elsewhere.Path, null);

        Assert.Throws<StorageException>(() => SealedFile.Read(other, FilePath, Context, Limit));
        Assert.Throws<StorageException>(() => SealedFile.Read(_key, FilePath, Context, 99));
        Assert.Throws<FileNotFoundException>(() => SealedFile.Read(_key, _directory["absent"], Context, Limit));
    }

    [Fact]
    public void Two_writings_of_one_content_share_no_ciphertext()
    {
        SealedFile.Write(_key, FilePath, Context, new byte[64]);
        byte[] first = File.ReadAllBytes(FilePath);
        SealedFile.Write(_key, FilePath, Context, new byte[64]);

        Assert.NotEqual(first[48..], File.ReadAllBytes(FilePath)[48..]);
    }

    [Fact]
    public void Write_replaces_the_old_content_over_what_a_crash_left()
    {
        SealedFile.Write(_key, FilePath, Context, [1]);
        byte[] torn = File.ReadAllBytes(FilePath)[..30];

        // The state between write and rename: a temporary file, perhaps torn, beside the old generation.
        File.WriteAllBytes(FilePath + ".0123.tmp", torn);
        Assert.Equal([1], SealedFile.Read(_key, FilePath, Context, Limit));

        SealedFile.Write(_key, FilePath, Context, [2]);
        Assert.Equal([2], SealedFile.Read(_key, FilePath, Context, Limit));
        Assert.Equal(2, Directory.GetFiles(_directory.Path).Length);
    }

    [Theory]
    [InlineData("Checkpoint")]
    [InlineData("")]
    [InlineData("a/b")]
    public void Write_refuses_other_kinds(string kind) =>
        Assert.Throws<ArgumentException>(() => SealedFile.Write(_key, FilePath, Context with { Kind = kind }, [1]));

    private static IEnumerable<(string Name, SealContext Context)> Others() =>
    [
        ("party", Context with { Party = new PartyId("hospital") }),
        ("study", Context with { Study = StudyId.FromBytes(Bytes(32, 9)) }),
        ("run", Context with { Run = RunId.FromBytes(Bytes(16, 9)) }),
        ("attempt", Context with { Attempt = 4 }),
        ("kind", Context with { Kind = "alignment" }),
        ("step", Context with { Step = 401 }),
        ("generation", Context with { Generation = 6 }),
        ("party and kind shifted", Context with { Party = new PartyId("labc"), Kind = "heckpoint" }),
    ];

    private static byte[] Bytes(int count, int seed)
    {
        byte[] bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private void AssertRefused(byte[] file)
    {
        string path = _directory["changed"];
        File.WriteAllBytes(path, file);
        Assert.Throws<StorageException>(() => SealedFile.Read(_key, path, Context, Limit));
    }
}
