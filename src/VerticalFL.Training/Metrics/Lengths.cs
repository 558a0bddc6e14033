namespace VerticalFL.Training.Metrics;

internal static class Lengths
{
    public static void MustBeEqual(int a, int b)
    {
        if (a != b)
        {
            throw new ArgumentException($"{a} predictions for {b} outcomes; the lengths must be equal.");
        }
    }
}
