using VerticalFL.Governance.Storage;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Storage;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Write_that_fails_half_way_leaves_the_old_content_and_no_temporary_file()
    {
        AtomicFile.Write(_directory["file"], "old"u8);

        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(_directory["file"], stream =>
        {
            stream.Write("ne"u8);
            throw new InvalidOperationException();
        }));

        Assert.Equal("old", File.ReadAllText(_directory["file"]));
        Assert.Single(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Write_that_cannot_rename_leaves_no_temporary_file()
    {
        Directory.CreateDirectory(_directory["taken"]);

        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(_directory["taken"], "new"u8));

        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void Write_gives_the_mode_that_was_asked_for_also_over_another()
    {
        if (!OperatingSystem.IsWindows())
        {
            AtomicFile.Write(_directory["file"], "old"u8, AtomicFile.Public);
            Assert.Equal(AtomicFile.Public, File.GetUnixFileMode(_directory["file"]));
            AtomicFile.Write(_directory["file"], "new"u8);
            Assert.Equal(AtomicFile.OwnerOnly, File.GetUnixFileMode(_directory["file"]));
        }
    }

    [Fact]
    public void Flush_of_an_absent_directory_is_an_error()
    {
        if (!OperatingSystem.IsWindows())
        {
            Assert.Throws<IOException>(() => AtomicFile.FlushDirectory(_directory["absent"]));
        }
    }
}
