namespace VerticalFL.Training.Losses;

/// <summary>
/// The sum of a batch's losses in double precision: lane l of 16 adds the elements l, l + 16, ... in that order, then lanes 8-15 are added to 0-7,
/// 4-7 to 0-3, 2-3 to 0-1 and 1 to 0.
/// </summary>
internal static class LaneSum
{
    private const int Lanes = 16;

    public static double Of(ReadOnlySpan<float> values)
    {
        Span<double> lanes = stackalloc double[Lanes];
        lanes.Clear();
        for (int i = 0; i < values.Length; i++)
        {
            lanes[i % Lanes] += values[i];
        }

        for (int half = Lanes / 2; half > 0; half /= 2)
        {
            for (int l = 0; l < half; l++)
            {
                lanes[l] += lanes[l + half];
            }
        }

        return lanes[0];
    }
}
