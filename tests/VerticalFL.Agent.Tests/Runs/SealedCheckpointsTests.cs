using Microsoft.Extensions.Logging.Abstractions;
using VerticalFL.Agent.Runs;
using VerticalFL.Governance.Storage;
using VerticalFL.Messages;
using VerticalFL.Testing;
using VerticalFL.Training.LabelProtection;
using Xunit;

namespace VerticalFL.Agent.Tests.Runs;

public sealed class SealedCheckpointsTests : IDisposable
{
    private static readonly PartyId Lab = new("lab");
    private static readonly RunId Run = RunId.FromBytes([7, .. new byte[RunId.Size - 1]]);
    private readonly TemporaryDirectory _directory = new();
    private readonly StorageKey _key;
    private readonly RunFolder _folders;

    public SealedCheckpointsTests()
    {
        Directory.CreateDirectory(_directory["state"]);
        _key = StorageKey.Open(_directory["state"]);
        _folders = new RunFolder(_directory["state"]);
    }

    private SealedCheckpoints Store => new(_folders, _key, Lab, default, Run, NullLogger.Instance);

    [Fact]
    public void What_was_written_is_there_after_a_restart_and_gone_when_deleted()
    {
        Store.Write(3, [1, 2, 3]);
        Store.Write(12, new byte[3_000_000]);

        Assert.Equal([3, 12], Store.Steps().Order());
        Assert.Equal([1, 2, 3], Store.Read(3)!);
        Assert.Equal(3_000_000, Store.Read(12)!.Length);
        Store.Delete(3);
        Store.Delete(3);
        Assert.Equal([12], Store.Steps());
    }

    [Fact]
    public void What_was_changed_swapped_or_sealed_for_another_party_is_not_there()
    {
        Store.Write(3, [1, 2, 3]);
        Store.Write(4, [4]);
        File.Copy(PathOf(3), PathOf(5));
        byte[] bytes = File.ReadAllBytes(PathOf(4));
        bytes[^1] ^= 1;
        File.WriteAllBytes(PathOf(4), bytes);

        Assert.Equal([1, 2, 3], Store.Read(3)!);
        Assert.Null(Store.Read(4));
        Assert.Null(Store.Read(5));
        Assert.Null(new SealedCheckpoints(_folders, _key, new PartyId("pharmacy"), default, Run, NullLogger.Instance).Read(3));
    }

    [Fact]
    public void Halves_that_a_crash_left_are_removed_at_the_next_start()
    {
        Store.Write(3, [1]);
        File.WriteAllBytes(PathOf(8) + ".0123.tmp", [1]);

        Assert.Equal([3], Store.Steps());
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(PathOf(3))!, "*.tmp"));
    }

    [Fact]
    public void Noise_seed_is_the_same_in_every_attempt_and_never_replaced_silently()
    {
        using NoiseSeed first = NoiseSeedFile.Open(_folders, _key, Lab, default, Run);
        using NoiseSeed again = NoiseSeedFile.Open(_folders, _key, Lab, default, Run);

        Assert.Equal(first.Bytes, again.Bytes);
        File.WriteAllBytes(NoiseSeedFile.PathOf(_folders, Run), [1, 2, 3]);
        StorageException refused = Assert.Throws<StorageException>(() => NoiseSeedFile.Open(_folders, _key, Lab, default, Run));
        Assert.Contains("the run cannot go on here: restore the file with its key, or start a new run", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_end_of_a_run_deletes_checkpoints_and_nothing_else()
    {
        Store.Write(3, [1]);
        File.WriteAllBytes(PathOf(8) + ".0123.tmp", [1]);
        File.WriteAllBytes(_folders.PathOf(Run, "alignment.sealed"), [1]);

        SealedCheckpoints.DeleteAll(_folders, Run);
        SealedCheckpoints.DeleteAll(_folders, Run);

        Assert.Equal([_folders.PathOf(Run, "alignment.sealed")], Directory.GetFiles(Path.GetDirectoryName(PathOf(3))!));
    }

    public void Dispose()
    {
        _key.Dispose();
        _directory.Dispose();
    }

    private string PathOf(long step) => _folders.PathOf(Run, $"checkpoint-{step}.sealed");
}
