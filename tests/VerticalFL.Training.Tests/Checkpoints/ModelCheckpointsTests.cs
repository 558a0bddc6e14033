using VerticalFL.Training.Checkpoints;
using VerticalFL.Training.LabelProtection;
using Xunit;

namespace VerticalFL.Training.Tests.Checkpoints;

/// <summary>What keeps the models of one run apart.</summary>
public sealed class ModelCheckpointsTests
{
    [Fact]
    public void Models_of_a_run_do_not_see_each_others_checkpoints()
    {
        var run = new Kept();
        ICheckpointStore[] models = [.. Enumerable.Range(0, 3).Select(m => new ModelCheckpoints(run, m))];
        foreach (ICheckpointStore model in models)
        {
            model.Write(7, [(byte)Array.IndexOf(models, model)]);
        }

        models[1].Write(9, [9]);
        models[1].Delete(7);

        Assert.Equal([7], models[0].Steps());
        Assert.Equal([9], models[1].Steps());
        Assert.Equal([2], models[2].Read(7));
        Assert.Null(models[1].Read(7));
        Assert.Equal(3, run.Steps().Count);
    }

    [Fact]
    public void Models_of_a_run_have_transcripts_and_noise_of_their_own()
    {
        var transcripts = Enumerable.Range(0, 8).Select(m => Convert.ToHexString(new Transcript(default, default, new byte[32], m).Hash));
        using var seed = new NoiseSeed();
        var seeds = Enumerable.Range(0, 8).Select(m =>
        {
            using NoiseSeed own = seed.ForModel(m);
            return Convert.ToHexString(own.Bytes);
        }).ToList();

        Assert.Equal(8, transcripts.Distinct().Count());
        Assert.Equal(8, seeds.Distinct().Count());
        Assert.Equal(Convert.ToHexString(seed.Bytes), seeds[0]);
        Assert.Equal(new Transcript(default, default, new byte[32]).Hash, new Transcript(default, default, new byte[32], 0).Hash);
    }

    private sealed class Kept : ICheckpointStore
    {
        private readonly Dictionary<long, byte[]> _files = [];

        public IReadOnlyList<long> Steps() => [.. _files.Keys];

        public byte[]? Read(long step) => _files.GetValueOrDefault(step);

        public void Write(long step, ReadOnlySpan<byte> content) => _files[step] = content.ToArray();

        public void Delete(long step) => _files.Remove(step);
    }
}
