using System.Security.Cryptography;

namespace VerticalFL.Training.Engines;

/// <summary>
/// A party's bottoms of a model of several members, side by side as one: each has first weights and dropout of its own and its own columns of the cut, the
/// first member the first ones. Any engine's models can be members. Whoever sees the whole needs to know nothing of them.
/// </summary>
/// <remarks>
/// <see cref="Step"/> refuses numbers that are not finite member by member, so that those before the refusing one have taken their step; a run ends there, and
/// goes on from its checkpoint, if at all.
/// </remarks>
public sealed class MemberBottoms : IBottomModel
{
    private readonly IBottomModel[] members;
    private readonly byte[][] seeds;
    private readonly int width;
    private float[] slice = [];

    private MemberBottoms(IBottomModel[] members, byte[][] seeds)
    {
        (this.members, this.seeds) = (members, seeds);
        width = members[0].CutWidth;
    }

    /// <inheritdoc/>
    public int CutWidth => width * members.Length;

    /// <inheritdoc/>
    public int TableRows => members[0].TableRows;

    /// <summary>Makes a party's bottom model of so many members; with one it is the engine's own model.</summary>
    /// <param name="engine">The engine of each.</param>
    /// <param name="plan">The whole: its cut is divided among the members.</param>
    /// <param name="count">How many members, at least 1.</param>
    /// <exception cref="ArgumentException">The cut cannot be divided so, the seed has not 32 bytes, or the engine cannot make such a model.</exception>
    public static IBottomModel Create(IBottomEngine engine, BottomModelPlan plan, int count)
    {
        ArgumentNullException.ThrowIfNull(engine);
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (plan.CutWidth % count != 0)
        {
            throw new ArgumentException($"A cut of {plan.CutWidth} cannot be divided among {count} members.", nameof(count));
        }

        if (count == 1)
        {
            return engine.Create(plan);
        }

        byte[][] seeds = [.. Enumerable.Range(0, count).Select(member => MemberSeed.Of(plan.Seed.Span, member))];
        var made = new List<IBottomModel>(count);
        try
        {
            foreach (byte[] seed in seeds)
            {
                made.Add(engine.Create(plan with { CutWidth = plan.CutWidth / count, Seed = seed }));
            }

            return new MemberBottoms([.. made], seeds);
        }
        catch
        {
            made.ForEach(m => m.Dispose());
            throw;
        }
    }

    /// <inheritdoc/>
    public void Forward(ReadOnlySpan<int> rows, long step, bool training, Span<float> cut)
    {
        if (cut.Length != (long)rows.Length * CutWidth)
        {
            throw new ArgumentException($"{rows.Length} rows at a cut of {CutWidth} need {(long)rows.Length * CutWidth} floats, not {cut.Length}.", nameof(cut));
        }

        Span<float> own = Slice(rows.Length);
        for (int member = 0; member < members.Length; member++)
        {
            members[member].Forward(rows, step, training, own);
            for (int row = 0; row < rows.Length; row++)
            {
                own.Slice(row * width, width).CopyTo(cut[((row * CutWidth) + (member * width))..]);
            }
        }
    }

    /// <inheritdoc/>
    public void Backward(ReadOnlySpan<float> gradient)
    {
        int rows = gradient.Length / CutWidth;
        if (rows * CutWidth != gradient.Length)
        {
            throw new ArgumentException($"A gradient at a cut of {CutWidth} has a multiple of {CutWidth} floats, not {gradient.Length}.", nameof(gradient));
        }

        Span<float> own = Slice(rows);
        for (int member = 0; member < members.Length; member++)
        {
            for (int row = 0; row < rows; row++)
            {
                gradient.Slice((row * CutWidth) + (member * width), width).CopyTo(own[(row * width)..]);
            }

            members[member].Backward(own);
        }
    }

    /// <inheritdoc/>
    public void Step(double rate = 1)
    {
        foreach (IBottomModel member in members)
        {
            member.Step(rate);
        }
    }

    /// <inheritdoc/>
    public void SaveState(Stream destination)
    {
        foreach (IBottomModel member in members)
        {
            member.SaveState(destination);
        }
    }

    /// <inheritdoc/>
    public void LoadState(Stream source) => MemberStates.Load([.. members.Select(m => new MemberState(m.SaveState, m.LoadState))], source);

    /// <inheritdoc/>
    public void Snapshot()
    {
        foreach (IBottomModel member in members)
        {
            member.Snapshot();
        }
    }

    /// <inheritdoc/>
    public void RestoreSnapshot()
    {
        foreach (IBottomModel member in members)
        {
            member.RestoreSnapshot();
        }
    }

    /// <summary>SHA-256 over the members' hashes in their order.</summary>
    public byte[] HashWeights() => SHA256.HashData([.. members.SelectMany(m => m.HashWeights())]);

    /// <summary>Disposes of the members, and zeroes their seeds.</summary>
    public void Dispose()
    {
        foreach (IBottomModel member in members)
        {
            member.Dispose();
        }

        Array.ForEach(seeds, s => CryptographicOperations.ZeroMemory(s));
    }

    private Span<float> Slice(int rows)
    {
        int length = checked(rows * width);
        if (slice.Length < length)
        {
            slice = new float[length];
        }

        return slice.AsSpan(0, length);
    }
}
