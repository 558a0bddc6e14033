using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using VerticalFL.Alignment.Star;
using VerticalFL.Cryptography.Hashing;
using VerticalFL.Cryptography.Keys;
using VerticalFL.Cryptography.Memory;
using VerticalFL.Messages;
using VerticalFL.Messages.Alignment;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Identifiers;

/// <summary>
/// A party's identifiers as the 16-byte items that the alignment compares:
/// Item = first 16 bytes of SHA-256("vfl/v1/id" || domain || for each key column: u32 length (big endian) || normalised value in UTF-8).
/// Domain = the study id for the first key, SHA-256 over the study id and the key's number for another one: the same values under two keys are two items.
/// </summary>
/// <remarks>
/// <para>A row is left out when any of its key columns is blank (<see cref="BlankRows"/>) or not of its kind (<see cref="Invalid"/>), and when
/// another row has the same identifier (<see cref="Duplicates"/>: all rows of it are left out, none is chosen). Nothing is
/// merged or dropped unseen: the caller refuses or reports, by row number.</para>
/// <para>Items are in ascending order of their bytes, so that their order on the wire tells nothing about the order of the file.</para>
/// <para>Items are secrets of the party: a hash of an identifier is as good as the identifier to who can guess it.</para>
/// </remarks>
public sealed class ItemSet
{
    /// <summary>The size of an item, in bytes.</summary>
    public const int ItemSize = 16;

    /// <summary>The row of an item of padding.</summary>
    internal const int NoRow = -1;

    private const int Batch = WholeKeys.MaxAdded;

    private readonly int[] _rows;

    private ItemSet(int tableRows, ReadOnlyMemory<byte> items, int[] rows, IReadOnlyList<int> blankRows, IReadOnlyList<InvalidIdentifier> invalid, IReadOnlyList<DuplicateIdentifier> duplicates)
    {
        TableRows = tableRows;
        Items = items;
        _rows = rows;
        BlankRows = blankRows;
        Invalid = invalid;
        Duplicates = duplicates;
    }

    /// <summary>How many rows the table has, whether they have an item or not.</summary>
    public int TableRows { get; }

    /// <summary>How many distinct identifiers there are.</summary>
    public int Count => _rows.Length;

    /// <summary>The items, <see cref="Count"/> times 16 bytes, ascending.</summary>
    public ReadOnlyMemory<byte> Items { get; }

    /// <summary>The source row of each item, from 0.</summary>
    public IReadOnlyList<int> Rows => _rows;

    /// <summary>Rows that were left out because a part of their identifier is missing, ascending.</summary>
    public IReadOnlyList<int> BlankRows { get; }

    /// <summary>Rows that were left out because a part of their identifier is there and not of its declared kind, ascending.</summary>
    public IReadOnlyList<InvalidIdentifier> Invalid { get; }

    /// <summary>Identifiers that stand in several rows, all of which were left out; by their first row.</summary>
    public IReadOnlyList<DuplicateIdentifier> Duplicates { get; }

    /// <summary>Normalises and hashes the identifier columns of a table.</summary>
    /// <param name="study">The study: the same patient has unrelated items in two studies.</param>
    /// <param name="key">The columns that make one key, in the study's order; at least one.</param>
    /// <param name="columns">The values of each key column, all of one length; null is blank.</param>
    /// <param name="number">The key's place among the study's keys, from 1. Default: the first.</param>
    /// <exception cref="ArgumentException">The columns do not fit the key or each other, or hold more than 2^26 identifiers.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static ItemSet Build(StudyId study, IReadOnlyList<IdentifierColumn> key, IReadOnlyList<IReadOnlyList<string?>> columns, int number = 1)
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
        var invalid = new List<InvalidIdentifier>();
        var batch = new UInt128[Math.Min(Batch, rowCount)];
        int[] rows = new int[batch.Length];
        int waiting = 0;
        using var items = new WholeKeys(rowCount);
        using var message = new KeyBuffer(key, columns);
        using var hashes = new Sha256Messages([.. "vfl/v1/id"u8, .. DomainOf(study, number)], batch);
        for (int row = 0; row < rowCount; row++)
        {
            if (!message.TryWrite(row))
            {
                if (IdentifierNormalizer.IsBlank(message.ValueAt(row, message.Refused)))
                {
                    blank.Add(row);
                }
                else
                {
                    invalid.Add(new InvalidIdentifier(row, message.Refused));
                }

                continue;
            }

            hashes.Add(waiting, message.Written);
            rows[waiting++] = row;
            if (waiting == batch.Length)
            {
                hashes.Finish();
                items.Add(batch, rows);
                waiting = 0;
            }
        }

        hashes.Finish();
        items.Add(batch.AsSpan(0, waiting), rows);
        return Distinct(rowCount, items, blank, invalid);
    }

    /// <summary>
    /// The same items among random ones of no row, in ascending order like all. An item of padding is the first 16 bytes of
    /// SHA-256("vfl/v1/padding" || 32 bytes from the operating system): no identifier of anybody's hashes to it.
    /// </summary>
    /// <param name="count">How many items there shall be in all.</param>
    /// <exception cref="ArgumentException">There are more already.</exception>
    internal ItemSet PadTo(int count)
    {
        if (Count > count)
        {
            throw new ArgumentException($"{Count} identifiers are more than the {count} to which every party's are padded.", nameof(count));
        }

        using var all = new WholeKeys(count);
        var batch = new UInt128[Math.Min(Batch, count)];
        for (int first = 0, some; first < Count; first += some)
        {
            some = Math.Min(batch.Length, Count - first);
            for (int i = 0; i < some; i++)
            {
                batch[i] = BinaryPrimitives.ReadUInt128BigEndian(Items.Span[((first + i) * ItemSize)..]);
            }

            all.Add(batch.AsSpan(0, some), _rows.AsSpan(first, some));
        }

        byte[] random = new byte[32];
        int[] none = new int[batch.Length];
        Array.Fill(none, NoRow);
        using var hashes = new Sha256Messages("vfl/v1/padding"u8, batch);
        for (int some; all.Count < count;)
        {
            some = Math.Min(batch.Length, count - all.Count);
            for (int i = 0; i < some; i++)
            {
                RandomNumberGenerator.Fill(random);
                hashes.Add(i, random);
            }

            hashes.Finish();
            all.Add(batch.AsSpan(0, some), none);
        }

        all.Sort();
        byte[] items = new byte[count * ItemSize];
        ReadOnlySpan<UInt128> keys = all.Keys;
        for (int i = 0; i < count; i++)
        {
            BinaryPrimitives.WriteUInt128BigEndian(items.AsSpan(i * ItemSize), keys[i]);
        }

        return new ItemSet(TableRows, items, all.Places.ToArray(), BlankRows, Invalid, Duplicates);
    }

    /// <summary>The items of rows that are not marked, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal ItemSet Without(ItemMarks rows)
    {
        if (rows.Count == 0)
        {
            return this;
        }

        byte[] items = GC.AllocateUninitializedArray<byte>(Items.Length);
        int[] kept = new int[Count];
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            if (!rows[_rows[i]])
            {
                Items.Span.Slice(i * ItemSize, ItemSize).CopyTo(items.AsSpan(count * ItemSize));
                kept[count++] = _rows[i];
            }
        }

        Array.Resize(ref kept, count);
        return new ItemSet(TableRows, items.AsMemory(0, count * ItemSize), kept, BlankRows, Invalid, Duplicates);
    }

    /// <summary>The source row of the item at a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal int RowAt(int place) => _rows[place];

    /// <summary>Items by their places, one after the other. The caller disposes them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal SecretBuffer<byte> ItemsAt(ReadOnlySpan<int> places)
    {
        var chosen = new SecretBuffer<byte>(checked(places.Length * ItemSize));
        ReadOnlySpan<UInt128> items = MemoryMarshal.Cast<byte, UInt128>(Items.Span);
        Span<UInt128> to = MemoryMarshal.Cast<byte, UInt128>(chosen.Span);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = items[places[i]];
        }

        return chosen;
    }

    private static byte[] DomainOf(StudyId study, int number) =>
        number == 1 ? study.ToBytes() : KeyDerivation.HashInputs("vfl/v1/id/key", study.ToBytes(), Inputs.Of(number));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ItemSet Distinct(int tableRows, WholeKeys sorted, IReadOnlyList<int> blank, IReadOnlyList<InvalidIdentifier> invalid)
    {
        sorted.Sort();
        var duplicates = new List<DuplicateIdentifier>();
        int[] keptRows = new int[sorted.Count];
        byte[] items = GC.AllocateUninitializedArray<byte>(checked(sorted.Count * ItemSize));
        int kept = 0;
        ReadOnlySpan<UInt128> keys = sorted.Keys;
        ReadOnlySpan<int> places = sorted.Places;
        for (int start = 0, end; start < keys.Length; start = end)
        {
            UInt128 item = keys[start];
            for (end = start + 1; end < keys.Length && keys[end] == item; end++)
            {
            }

            if (end - start == 1)
            {
                BinaryPrimitives.WriteUInt128BigEndian(items.AsSpan(kept * ItemSize), item);
                keptRows[kept++] = places[start];
            }
            else
            {
                int[] same = places[start..end].ToArray();
                Array.Sort(same);
                duplicates.Add(new DuplicateIdentifier(same));
            }
        }

        if (kept > AlignmentLimits.MaxItems)
        {
            throw new ArgumentException(
                $"{kept} identifiers are more than the {AlignmentLimits.MaxItems} that an alignment takes.", nameof(sorted));
        }

        Array.Resize(ref keptRows, kept);
        return new ItemSet(tableRows, items.AsMemory(0, kept * ItemSize), keptRows, blank, invalid, [.. duplicates.OrderBy(d => d.Rows[0])]);
    }
}
