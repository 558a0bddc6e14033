using System.Security.Cryptography;
using CsvHelper;

namespace VerticalFL.Data.Ingestion;

/// <summary>
/// Reads CSV files (RFC 4180): UTF-8 with or without a byte order mark, any line ending, one header line. The separator is a comma, a
/// semicolon or a tab, whichever the header has most. Cells are trimmed; blank lines are passed over; <see cref="MissingValues"/> says what
/// is missing.
/// </summary>
public static class CsvSource
{
    /// <summary>The most columns: 65,536, enough for a transcriptome.</summary>
    public const int MaxColumns = 65_536;

    /// <summary>The most rows: 20 million.</summary>
    public const int MaxRows = 20_000_000;

    /// <summary>The largest row, in bytes: 16 MiB. A quotation mark that is never closed runs into this limit, not into memory.</summary>
    public const int MaxRowBytes = 16 << 20;

    /// <summary>Reads a whole file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="cancellationToken">Ends the reading early.</param>
    /// <exception cref="DataException">The file is missing, unreadable, empty, too large, not UTF-8, or not a table.</exception>
    public static async Task<Table> ReadAsync(string path, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        try
        {
            FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
            await using (file.ConfigureAwait(false))
            {
                return await ReadAsync(path, file, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new DataException(path, null, null, "there is no such file; give the path of a CSV file.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new DataException(
                path, null, null, "the file may not be read; give this account read permission, and name a file, not a folder.", e);
        }
        catch (IOException e)
        {
            throw new DataException(path, null, null, $"the file could not be read ({e.Message}); check the disk and try again.", e);
        }
    }

    private static async Task<Table> ReadAsync(string path, FileStream file, CancellationToken cancellationToken)
    {
        if (!file.CanSeek)
        {
            throw new DataException(path, null, null, "this is a pipe or a device; write the rows to a file first.");
        }

        char separator = await DetectSeparatorAsync(path, file, cancellationToken).ConfigureAwait(false);
        using var hash = SHA256.Create();
        CryptoStream hashed = new(file, hash, CryptoStreamMode.Read, leaveOpen: true);
        await using (hashed.ConfigureAwait(false))
        {
            var builder = new TableBuilder(path);
            await ReadRecordsAsync(path, hashed, separator, builder, cancellationToken).ConfigureAwait(false);
            return builder.Build(hash.Hash!);
        }
    }

    private static async Task ReadRecordsAsync(
        string path, Stream stream, char separator, TableBuilder builder, CancellationToken cancellationToken)
    {
        var options = new CsvReaderOptions
        {
            Separator = separator,
            HasHeader = false,
            TrimWhitespace = true,
            MalformedData = CsvMalformedDataHandling.Throw,
            MaxRecordSize = MaxRowBytes,
            TrackLineNumbers = true,
            PoolStrings = true,
            IncludeValuesInExceptions = false,
        };
        CsvReader reader = CsvReader.Create(stream, options, leaveOpen: true);
        await using (reader.ConfigureAwait(false))
        {
            try
            {
                while (await reader.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    builder.Add(reader);
                }
            }
            catch (CsvFormatException e)
            {
                throw new DataException(
                    path, e.LineNumber > 0 ? (int)e.LineNumber : null, null,
                    "the quotation marks do not pair up, or the row has more than 16 MiB; put cells that hold a quotation mark in quotation marks and double those inside.");
            }
        }
    }

    private static async Task<char> DetectSeparatorAsync(string path, FileStream file, CancellationToken cancellationToken)
    {
        byte[] head = new byte[(int)Math.Min(file.Length, MaxRowBytes)];
        int length = await file.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancellationToken).ConfigureAwait(false);
        file.Position = 0;
        int commas = 0, semicolons = 0, tabs = 0;
        bool quoted = false, any = false;
        foreach (byte b in head.AsSpan(0, length))
        {
            // Separators, quotation marks and line ends are ASCII: they never occur inside a UTF-8 sequence.
            switch ((char)b)
            {
                case '\0':
                    throw new DataException(path, 1, null, "the file is not UTF-8 text (it holds zero bytes); save it as UTF-8 CSV.");
                case '"':
                    quoted = !quoted;
                    any = true;
                    break;
                case ',' when !quoted:
                    commas++;
                    break;
                case ';' when !quoted:
                    semicolons++;
                    break;
                case '\t' when !quoted:
                    tabs++;
                    break;
                case '\n' or '\r' when !quoted && any:
                    return Most();
                case not ('\n' or '\r' or ' '):
                    any = true;
                    break;
            }
        }

        return Most();

        char Most() => commas >= semicolons && commas >= tabs ? ',' : semicolons >= tabs ? ';' : '\t';
    }
}
