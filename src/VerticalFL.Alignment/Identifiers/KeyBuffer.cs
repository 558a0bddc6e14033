using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using VerticalFL.Messages.Studies;

namespace VerticalFL.Alignment.Identifiers;

/// <summary>One row's key as it is hashed behind its domain: for each column the length and the bytes of its normalised value.</summary>
internal sealed class KeyBuffer : IDisposable
{
    private readonly IReadOnlyList<IReadOnlyList<string?>> _columns;
    private readonly string?[]?[] _arrays;
    private readonly IdentifierKind[] _kinds;
    private byte[] _bytes;
    private int _length;

    public KeyBuffer(IReadOnlyList<IdentifierColumn> key, IReadOnlyList<IReadOnlyList<string?>> columns)
    {
        _columns = columns;
        _arrays = [.. columns.Select(c => c as string?[])];
        _kinds = [.. key.Select(k => k.Kind)];
        _bytes = GC.AllocateArray<byte>(256, pinned: true);
    }

    /// <summary>The column whose value could not be written, from 0.</summary>
    public int Refused { get; private set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <returns>False when a column's value is blank or not of its kind: the column is the one at <see cref="Refused"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public bool TryWrite(int row)
    {
        _length = 0;
        for (int c = 0; c < _kinds.Length; c++)
        {
            int written = Append(ValueAt(row, c), _kinds[c]);
            if (written == 0)
            {
                Refused = c;
                return false;
            }

            BinaryPrimitives.WriteInt32BigEndian(_bytes.AsSpan(_length), written);
            _length += sizeof(int) + written;
        }

        return true;
    }

    /// <summary>The value of a row's column. An array read as a list costs more than all the rest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public string? ValueAt(int row, int column) => _arrays[column] is { } array ? array[row] : _columns[column][row];

    /// <summary>Zeroes the last key.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_bytes);

    /// <summary>Writes a normalised value behind the room for its length.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Append(string? value, IdentifierKind kind)
    {
        Reserve(value?.Length ?? 0);
        Span<byte> room = _bytes.AsSpan(_length + sizeof(int));
        if (AsciiNormalizer.TryNormalize(value, kind, room, out int written))
        {
            return written;
        }

        string normalized = IdentifierNormalizer.Normalize(value, kind);
        Reserve(Encoding.UTF8.GetByteCount(normalized));
        return Encoding.UTF8.GetBytes(normalized, _bytes.AsSpan(_length + sizeof(int)));
    }

    private void Reserve(int bytes)
    {
        int needed = _length + sizeof(int) + bytes;
        if (needed > _bytes.Length)
        {
            byte[] larger = GC.AllocateArray<byte>(2 * needed, pinned: true);
            _bytes.AsSpan(0, _length).CopyTo(larger);
            CryptographicOperations.ZeroMemory(_bytes);
            _bytes = larger;
        }
    }
}
