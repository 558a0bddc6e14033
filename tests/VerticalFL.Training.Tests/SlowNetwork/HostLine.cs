namespace VerticalFL.Training.Tests.SlowNetwork;

/// <summary>One direction of a host's line, which all its connections share: so many bits a second, first come, first served.</summary>
internal sealed class HostLine(double bitsPerSecond)
{
    private readonly Lock _lock = new();
    private TimeSpan _free;

    /// <summary>
    /// Takes the line for some bytes that are there at a moment; gives the moment when the last of them is through. Moments are computed, not waited for: a
    /// thread that wakes late delays what it carries and slows nothing down.
    /// </summary>
    public TimeSpan Carry(TimeSpan there, int bytes)
    {
        lock (_lock)
        {
            _free = (there > _free ? there : _free) + TimeSpan.FromSeconds(8 * bytes / bitsPerSecond);
            return _free;
        }
    }
}
