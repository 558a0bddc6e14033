using VerticalFL.Data.Preprocessing;
using VerticalFL.Messages.Studies;
using VerticalFL.Training.Engines;
using VerticalFL.Training.Tests.Engines.Kernels;
using Xunit;

namespace VerticalFL.Training.Tests.Engines;

/// <summary>The managed engine's models as members, as many as the cut has columns.</summary>
internal sealed class EngineOfMembers : IBottomEngine
{
    public string Name => "members";

    public string Version => "1";

    public IBottomModel Create(BottomModelPlan plan) => MemberBottoms.Create(new ManagedEngine(), plan, plan.CutWidth);
}

/// <summary>Members side by side keep the contract of one bottom model.</summary>
public sealed class MemberBottomsContractTests : BottomModelContract
{
    protected override IBottomEngine Engine { get; } = new EngineOfMembers();
}

public sealed class MemberBottomsTests
{
    private const int Rows = 9;
    private const int Columns = 4;
    private const int Width = 3;

    private static readonly FeatureMatrix Table = new(Widths.Numbers(5, Rows * Columns), Rows, Columns, ["a", "b", "c", "d"]);
    private static readonly byte[] Seed = [.. Enumerable.Repeat((byte)7, 32)];

    [Fact]
    public void Each_member_has_its_columns_of_the_cut_and_learns_from_them_alone()
    {
        using IBottomModel whole = MemberBottoms.Create(new ManagedEngine(), Plan(2 * Width, Seed), 2);
        using IBottomModel second = new ManagedEngine().Create(Plan(Width, MemberSeed.Of(Seed, 1)));
        int[] rows = [3, 1, 8];
        float[] gradient = Widths.Numbers(6, rows.Length * 2 * Width);
        for (int step = 0; step < 3; step++)
        {
            float[] cut = new float[rows.Length * 2 * Width];
            float[] own = new float[rows.Length * Width];
            whole.Forward(rows, step, training: true, cut);
            second.Forward(rows, step, training: true, own);
            Assert.Equal(own, SecondHalves(cut));
            Assert.NotEqual(own, FirstHalves(cut));
            whole.Backward(gradient);
            second.Backward(SecondHalves(gradient));
            whole.Step();
            second.Step();
        }
    }

    [Fact]
    public void One_member_is_the_engines_own_model()
    {
        using IBottomModel one = MemberBottoms.Create(new ManagedEngine(), Plan(Width, Seed), 1);
        using IBottomModel own = new ManagedEngine().Create(Plan(Width, Seed));
        Assert.IsType<ManagedBottomModel>(one);
        Assert.Equal(own.HashWeights(), one.HashWeights());
    }

    [Fact]
    public void A_cut_that_cannot_be_divided_is_refused() =>
        Assert.Throws<ArgumentException>(() => MemberBottoms.Create(new ManagedEngine(), Plan(Width, Seed), 2));

    private static BottomModelPlan Plan(int cut, byte[] seed) => new(Table, new BottomSettings { Layers = [6] }, cut, new OptimizerSettings(), seed);

    private static float[] FirstHalves(float[] cut) => [.. cut.Where((_, i) => i % (2 * Width) < Width)];

    private static float[] SecondHalves(float[] cut) => [.. cut.Where((_, i) => i % (2 * Width) >= Width)];
}
