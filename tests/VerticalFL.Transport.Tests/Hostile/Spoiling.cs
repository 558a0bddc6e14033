using System.Diagnostics;
using Xunit;

namespace VerticalFL.Transport.Tests.Hostile;

/// <summary>Shows spoilt bytes to a parser again and again: it may take them or refuse them in the declared ways, and take no memory beyond its bound.</summary>
internal static class Spoiling
{
    /// <param name="honest">What is spoilt.</param>
    /// <param name="times">How often.</param>
    /// <param name="mostTaken">The bytes that one parsing may allocate.</param>
    /// <param name="parse">The parser.</param>
    /// <param name="isRefusal">How it may say no.</param>
    public static async Task OfAsync(byte[] honest, int times, long mostTaken, Func<byte[], Task> parse, Func<Exception, bool> isRefusal)
    {
        int taken = 0;
        long most = 0;
        for (int seed = 0; seed < times; seed++)
        {
            byte[] spoilt = Mutation.Of(honest, new Random(seed));
            long before = GC.GetTotalAllocatedBytes();
            try
            {
                await parse(spoilt).WaitAsync(TimeSpan.FromSeconds(60));
                taken++;
            }
            catch (Exception e) when (isRefusal(e))
            {
                // As it should be.
            }
            catch (Exception e)
            {
                Assert.Fail($"Seed {seed}: {e}");
            }

            most = Math.Max(most, GC.GetTotalAllocatedBytes() - before);
        }

        using var self = Process.GetCurrentProcess();
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{times} times, taken {taken} times; one parsing allocated at most {most >> 10} KiB, the process peaked at {self.PeakWorkingSet64 >> 20} MiB");
        Assert.InRange(most, 0, mostTaken);
    }
}
