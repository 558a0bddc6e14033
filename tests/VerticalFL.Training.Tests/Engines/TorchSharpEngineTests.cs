using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Tests.Engines.Kernels;
using VerticalFL.Training.TorchSharp;
using Xunit;

namespace VerticalFL.Training.Tests.Engines;

/// <summary>The TorchSharp engine keeps the contract, and is the managed engine but for the last bits. Compiled with -p:WithTorchSharp=true alone.</summary>
public sealed class TorchSharpEngineTests : BottomModelContract
{
    protected override IBottomEngine Engine { get; } = new TorchSharpEngine();

    [Theory]
    [InlineData(Activation.Relu, OptimizerKind.Sgd)]
    [InlineData(Activation.Gelu, OptimizerKind.Adam)]
    [InlineData(Activation.Tanh, OptimizerKind.AdamW)]
    public void It_begins_with_the_managed_engines_weights_and_learns_what_that_learns(Activation activation, OptimizerKind optimizer)
    {
        var settings = new BottomSettings { Layers = [12, 7], Dropout = 0.3, InputDropout = 0.1, LayerNorm = true, Activation = activation };
        BottomModelPlan plan = Plan(settings, new OptimizerSettings { Kind = optimizer, LearningRate = 0.01 }, new byte[32]);
        using IBottomModel managed = new ManagedEngine().Create(plan);
        using IBottomModel torch = Engine.Create(plan);

        Assert.Equal(managed.HashWeights(), torch.HashWeights());
        for (int step = 0; step < 40; step++)
        {
            float[] expected = Forward(managed, step, training: true);
            float[] actual = Forward(torch, step, training: true);
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 2e-3f));
            managed.Backward(expected);
            torch.Backward(expected);
            managed.Step();
            torch.Step();
        }
    }

    [Fact]
    public void A_state_of_the_managed_engine_is_its_own_too()
    {
        using IBottomModel managed = Create(new ManagedEngine());
        Train(managed, 0, 3);
        using var state = new MemoryStream();
        managed.SaveState(state);
        state.Position = 0;
        using IBottomModel torch = Create(Engine);

        torch.LoadState(state);

        Assert.Equal(managed.HashWeights(), torch.HashWeights());
        float[] expected = Forward(managed, 9, training: false);
        Assert.All(expected.Zip(Forward(torch, 9, training: false)), pair => Assert.Equal(pair.First, pair.Second, 1e-4f));

        static IBottomModel Create(IBottomEngine engine) => engine.Create(Plan(new BottomSettings { Layers = [12] }, new OptimizerSettings(), new byte[32]));
    }

    [Fact]
    public void Collections_at_any_moment_and_threads_that_change_leave_the_numbers_alone()
    {
        using IBottomModel calm = Make(0);
        using IBottomModel busy = Make(0);
        Train(calm, 0, 60);
        using var stop = new CancellationTokenSource();
        var collector = new Thread(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        });
        collector.Start();
        for (int step = 0; step < 60; step++)
        {
            int now = step;
            OnAThreadOfItsOwn(() => Forward(busy, now, training: true));
            OnAThreadOfItsOwn(() => busy.Backward(Widths.Numbers(now, Batch.Length * Cut)));
            OnAThreadOfItsOwn(() => busy.Step());
        }

        stop.Cancel();
        collector.Join();
        Assert.Equal(calm.HashWeights(), busy.HashWeights());

        static void OnAThreadOfItsOwn(Action work)
        {
            var thread = new Thread(() => work());
            thread.Start();
            thread.Join();
        }
    }
}
