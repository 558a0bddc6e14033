using System.Runtime.InteropServices;
using VerticalFL.Cryptography.Fields;
using VerticalFL.Cryptography.ObliviousTransfer;
using VerticalFL.Cryptography.Vole;
using Xunit;

namespace VerticalFL.Cryptography.Tests.Vole;

public sealed class SilentVoleTests
{
    private static readonly byte[] Session = [.. Enumerable.Range(0, 32).Select(i => (byte)(3 * i))];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(16383)]
    [InlineData(16384)]
    [InlineData(16385)]
    [InlineData(20011)]
    [InlineData(32768)]
    [InlineData(32769)]
    [InlineData(100000)]
    public void A_equals_B_plus_C_Delta(int outputs)
    {
        using var sender = new SilentVoleSender(Session, outputs);
        using var receiver = new SilentVoleReceiver(Session, outputs);
        Run(sender, receiver);

        Assert.Equal([outputs, outputs, outputs], (int[])[receiver.A.Length, receiver.C.Length, sender.B.Length]);
        Gf128[] b = sender.B.ToArray();
        Gf128Vector.MultiplyAdd(receiver.C, sender.Delta, b);
        Assert.True(receiver.A.SequenceEqual(b));
        Assert.Equal(outputs, receiver.C.ToArray().Distinct().Count());
    }

    [Fact]
    public void Two_hundred_outputs_span_all_128_dimensions_over_the_bits()
    {
        using var sender = new SilentVoleSender(Session, 4000);
        using var receiver = new SilentVoleReceiver(Session, 4000);
        Run(sender, receiver);

        // 200 uniform vectors of 128 bits lack full rank with probability below 2^-72.
        Assert.Equal(128, BitRank.Of(receiver.C[..200]));
        Assert.Equal(128, BitRank.Of(receiver.C[^200..]));
        Assert.Equal(128, BitRank.Of(sender.B[..200]));
    }

    [Fact]
    public void Outputs_look_uniform()
    {
        using var sender = new SilentVoleSender(Session, 16384);
        using var receiver = new SilentVoleReceiver(Session, 16384);
        Run(sender, receiver);
        foreach (Gf128[] vector in (Gf128[][])[receiver.A.ToArray(), receiver.C.ToArray(), sender.B.ToArray()])
        {
            int[] counts = new int[256];
            foreach (byte b in MemoryMarshal.AsBytes(vector.AsSpan()))
            {
                counts[b]++;
            }

            // Chi-square with 255 degrees of freedom: above 420 with probability below 2^-30.
            double expected = counts.Sum() / 256.0;
            Assert.InRange(counts.Sum(c => (c - expected) * (c - expected) / expected), 120, 420);
        }
    }

    [Fact]
    public void Sender_that_alters_sums_for_all_trees_is_refused()
    {
        // Both sums of a level: whichever the receiver chose is wrong.
        Assert.False(FinishesAfter(sums =>
        {
            sums[0] ^= 1;
            sums[16] ^= 1;
        }));
    }

    [Fact]
    public void Sender_that_alters_a_correction_is_refused() => Assert.False(FinishesAfter(sums => sums[^1] ^= 0x80));

    [Fact]
    public void Receiver_that_lies_in_the_challenge_gets_no_matching_proof()
    {
        using var sender = new SilentVoleSender(Session, 10);
        using var receiver = new SilentVoleReceiver(Session, 10);
        byte[] challenge = receiver.TryExpand(sender.TryExpand(receiver.TryAnswer(sender.Request.Span)!.Value)!.Value)!.Value.ToArray();
        challenge[3] ^= 4;

        Assert.False(receiver.TryFinish(sender.TryProve(challenge)!.Value.Span));
    }

    [Fact]
    public void Malformed_messages_are_refused_and_end_the_exchange()
    {
        using var first = new SilentVoleReceiver(Session, 10);
        Assert.Null(first.TryAnswer(new byte[BaseOtSuite.RequestSize]));
        Assert.Throws<InvalidOperationException>(() => first.TryAnswer(new byte[BaseOtSuite.RequestSize]));

        using var sender = new SilentVoleSender(Session, 10);
        using var receiver = new SilentVoleReceiver(Session, 10);
        ReadOnlyMemory<byte> answer = receiver.TryAnswer(sender.Request.Span)!.Value;
        using var hasty = new SilentVoleSender(Session, 10);
        Assert.Null(hasty.TryExpand(answer));
        Assert.Throws<InvalidOperationException>(() => hasty.TryExpand(answer));
        using var curt = new SilentVoleSender(Session, 10);
        Assert.Null(curt.TryExpand(new byte[5]));

        ReadOnlyMemory<byte> sums = sender.TryExpand(answer)!.Value;
        Assert.Null(receiver.TryExpand(sums[..^16]));
        Assert.Null(sender.TryProve(new byte[15]));
        Assert.Throws<InvalidOperationException>(() => sender.Delta);
    }

    [Fact]
    public void Results_are_there_only_between_the_end_and_disposal()
    {
        var sender = new SilentVoleSender(Session, 10);
        var receiver = new SilentVoleReceiver(Session, 10);
        Assert.Throws<InvalidOperationException>(() => receiver.C.Length);
        Run(sender, receiver);
        Assert.Equal(10, receiver.A.Length);
        sender.Dispose();
        receiver.Dispose();

        Assert.Throws<InvalidOperationException>(() => sender.B.Length);
        Assert.Throws<InvalidOperationException>(() => receiver.A.Length);
    }

    [Fact]
    public void Other_sessions_do_not_fit()
    {
        using var sender = new SilentVoleSender(Session, 10);
        using var receiver = new SilentVoleReceiver(new byte[32], 10);

        Assert.Null(sender.TryExpand(receiver.TryAnswer(sender.Request.Span)!.Value));
    }

    private static bool FinishesAfter(Action<byte[]> fault)
    {
        using var sender = new SilentVoleSender(Session, 10);
        using var receiver = new SilentVoleReceiver(Session, 10);
        byte[] sums = sender.TryExpand(receiver.TryAnswer(sender.Request.Span)!.Value)!.Value.ToArray();
        fault(sums);
        return receiver.TryFinish(sender.TryProve(receiver.TryExpand(sums)!.Value.Span)!.Value.Span);
    }

    private static void Run(SilentVoleSender sender, SilentVoleReceiver receiver)
    {
        ReadOnlyMemory<byte> sums = sender.TryExpand(receiver.TryAnswer(sender.Request.Span)!.Value)!.Value;
        Assert.True(receiver.TryFinish(sender.TryProve(receiver.TryExpand(sums)!.Value.Span)!.Value.Span));
    }
}
