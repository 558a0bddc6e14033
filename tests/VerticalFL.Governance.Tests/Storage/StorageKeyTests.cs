using VerticalFL.Governance.Storage;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Governance.Tests.Storage;

public sealed class StorageKeyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Open_makes_a_key_once_for_the_owner_only()
    {
        using StorageKey first = StorageKey.Open(_directory.Path, null);
        using StorageKey second = StorageKey.Open(_directory.Path, null);

        Assert.Equal(first.Derive("x", [1]), second.Derive("x", [1]));
        Assert.NotEqual(first.Derive("x", [1]), first.Derive("y", [1]));
        Assert.NotEqual(first.Derive("x", [1]), first.Derive("x", [2]));
        Assert.Equal("[redacted]", first.ToString());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_directory[StorageKey.FileName]));
        }
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Open_refuses_a_key_that_is_open_to_others(UnixFileMode open)
    {
        if (!OperatingSystem.IsWindows())
        {
            StorageKey.Open(_directory.Path, null).Dispose();
            File.SetUnixFileMode(_directory[StorageKey.FileName], UnixFileMode.UserRead | open);

            Assert.Throws<StorageException>(() => StorageKey.Open(_directory.Path, null));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void Open_refuses_other_sizes(int size)
    {
        AtomicFile.Write(_directory[StorageKey.FileName], Enumerable.Repeat((byte)1, size).ToArray());

        Assert.Throws<StorageException>(() => StorageKey.Open(_directory.Path, null));
    }

    [Fact]
    public void Open_refuses_a_key_of_zeros()
    {
        AtomicFile.Write(_directory[StorageKey.FileName], new byte[32]);

        Assert.Throws<StorageException>(() => StorageKey.Open(_directory.Path, null));
    }

    [Fact]
    public void Open_prefers_the_credential_of_systemd()
    {
        byte[] key = Enumerable.Range(1, 32).Select(i => (byte)i).ToArray();
        Directory.CreateDirectory(_directory["credentials"]);
        AtomicFile.Write(_directory["credentials", StorageKey.CredentialName], key);

        using StorageKey opened = StorageKey.Open(_directory.Path, _directory["credentials"]);

        Assert.False(File.Exists(_directory[StorageKey.FileName]));
        AtomicFile.Write(_directory[StorageKey.FileName], key);
        using StorageKey same = StorageKey.Open(_directory.Path, null);
        Assert.Equal(same.Derive("x", []), opened.Derive("x", []));
    }

    [Fact]
    public void Derive_after_disposal_is_refused()
    {
        StorageKey key = StorageKey.Open(_directory.Path, null);
        key.Dispose();

        Assert.Throws<ObjectDisposedException>(() => key.Derive("x", []));
    }
}
