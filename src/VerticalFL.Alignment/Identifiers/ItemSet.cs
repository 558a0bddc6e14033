using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Identifiers;

/// <summary>
/// A party's identifiers as the 16-byte items that the alignment compares:
/// Item = first 16 bytes of SHA-256("vfl/v1/id" || study id || for each key column: u32 length (big endian) || normalised value in UTF-8).
/// </summary>
/// <remarks>
/// <para>A row is left out when any of its key columns is blank after normalisation or not of its kind (<see cref="BlankRows"/>), and when
/// another row has the same identifier (<see cref="Duplicates"/>: all rows of it are left out, none is chosen). Nothing is
/// merged or dropped unseen: the caller refuses or reports, by row number.</para>
/// <para>Items are in ascending order of their bytes, so that their order on the wire tells nothing about the order of the file.</para>
/// <para>Items are secrets of the party: a hash of an identifier is as good as the identifier to who can guess it.</para>
/// </remarks>
public sealed class ItemSet
{
    /// <summary>The size of an item, in bytes.</summary>
    public const int ItemSize = 16;

    private readonly int[] _rows;

    private ItemSet(byte[] items, int[] rows, int[] blankRows, IReadOnlyList<DuplicateIdentifier> duplicates)
    {
        Items = items;
        _rows = rows;
        BlankRows = blankRows;
        Duplicates = duplicates;
    }

    /// <summary>How many distinct identifiers there are.</summary>
    public int Count => _rows.Length;

    /// <summary>The items, <see cref="Count"/> times 16 bytes, ascending.</summary>
    public ReadOnlyMemory<byte> Items { get; }

    /// <summary>The source row of each item, from 0.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>Rows that were left out because their identifier is blank or not of its declared kind, ascending.</summary>
    public IReadOnlyList<int> BlankRows { get; }

    /// <summary>Identifiers that stand in several rows, all of which were left out; by their first row.</summary>
    public IReadOnlyList<DuplicateIdentifier> Duplicates { get; }

    /// <summary>Normalises and hashes the identifier columns of a table.</summary>
    /// <param name="study">The study: the same patient has unrelated items in two studies.</param>
    /// <param name="key">The columns that make one key, in the study's order; at least one.</param>
    /// <param name="columns">The values of each key column, all of one length; null is blank.</param>
    /// <exception cref="ArgumentException">The columns do not fit the key or each other, or hold more than 2^26 identifiers.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ItemSet Build(StudyId study, IReadOnlyList<IdentifierColumn> key, IReadOnlyList<IReadOnlyList<string?>> columns)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(columns);
        if (key.Count == 0 || key.Count != columns.Count)
        {
            throw new ArgumentException($"The key has {key.Count} columns, and the values of {columns.Count} were given.", nameof(columns));
        }

        int rowCount = columns[0].Count;
        if (columns.Any(c => c.Count != rowCount))
        {
            throw new ArgumentException("The identifier columns are not all of one length.", nameof(columns));
        }

        var blank = new List<int>();
        int[] rows = new int[rowCount];
        var items = new UInt128[rowCount];
        int count = 0;
        byte[] domain = [.. "vfl/v1/id"u8, .. study.ToBytes()];
        using var message = new KeyBuffer(domain);
        using var hashes = new Sha256Messages(items);
        for (int row = 0; row < rowCount; row++)
        {
            if (message.TryWrite(key, columns, row))
            {
                hashes.Add(count, message.Written);
                rows[count++] = row;
            }
            else
            {
                blank.Add(row);
            }
        }

        hashes.Finish();
        return Distinct(items[..count], rows[..count], [.. blank]);
    }

    /// <summary>The items of rows, one after the other.</summary>
    internal byte[] ItemsAt(ReadOnlySpan<int> indices)
    {
        byte[] chosen = new byte[indices.Length * ItemSize];
        for (int i = 0; i < indices.Length; i++)
        {
            Items.Span.Slice(indices[i] * ItemSize, ItemSize).CopyTo(chosen.AsSpan(i * ItemSize));
        }

        return chosen;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ItemSet Distinct(UInt128[] items, int[] rows, int[] blank)
    {
        UniformSort.Sort(items, rows);
        var duplicates = new List<DuplicateIdentifier>();
        int kept = 0;
        for (int start = 0, end; start < items.Length; start = end)
        {
            end = start + 1;
            while (end < items.Length && items[end] == items[start])
            {
                end++;
            }

            if (end - start == 1)
            {
                (items[kept], rows[kept]) = (items[start], rows[start]);
                kept++;
            }
            else
            {
                int[] same = rows[start..end];
                Array.Sort(same);
                duplicates.Add(new DuplicateIdentifier(same));
            }
        }

        if (kept > AlignmentLimits.MaxItems)
        {
            throw new ArgumentException(
                $"{kept} identifiers are more than the {AlignmentLimits.MaxItems} that an alignment takes.", nameof(items));
        }

        byte[] bytes = new byte[kept * ItemSize];
        for (int i = 0; i < kept; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes.AsSpan(i * ItemSize), items[i]);
        }

        return new ItemSet(bytes, rows[..kept], blank, [.. duplicates.OrderBy(d => d.Rows[0])]);
    }
}
