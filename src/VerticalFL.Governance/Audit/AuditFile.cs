namespace VerticalFL.Governance.Audit;

/// <summary>Reads the lines of an audit log one at a time, whatever its length.</summary>
internal static class AuditFile
{
    /// <summary>Hands every complete line to the caller.</summary>
    /// <param name="stream">The file, from its beginning.</param>
    /// <param name="line">Takes the line's number from 1 and its bytes; false stops.</param>
    /// <returns>How many bytes the complete lines have, with their ends; what follows is a torn tail.</returns>
    public static long ReadLines(Stream stream, Func<long, ReadOnlyMemory<byte>, bool> line)
    {
        byte[] buffer = new byte[AuditLine.MaxBytes + 1];
        int filled = 0;
        long complete = 0;
        for (long number = 1; ;)
        {
            int read = stream.Read(buffer, filled, buffer.Length - filled);
            filled += read;
            int start = 0;
            for (int end; (end = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n')) >= 0; start += end + 1)
            {
                complete += end + 1;
                if (!line(number++, buffer.AsMemory(start, end)))
                {
                    return complete;
                }
            }

            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
            if (filled == buffer.Length)
            {
                // No line is that long: the caller is told of one that cannot be a record.
                line(number, ReadOnlyMemory<byte>.Empty);
                return complete;
            }

            if (read == 0)
            {
                return complete;
            }
        }
    }
}
