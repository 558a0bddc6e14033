namespace VerticalFL.Cryptography.Oprf;

/// <summary>The checks of a batch's spans, made before any work.</summary>
internal static class BatchLengths
{
    public static int Count(int length, int size, string name) =>
        length % size == 0
            ? length / size
            : throw new ArgumentException($"The length must be a multiple of {size} bytes; it is {length}.", name);

    public static void Require(int length, int count, int size, string name)
    {
        if (length != (long)count * size)
        {
            throw new ArgumentException($"{count} entries of {size} bytes were expected; the length is {length}.", name);
        }
    }
}
