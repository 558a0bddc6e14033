using FsCheck;
using FsCheck.Fluent;
using VerticalFL.Messages.MessagePack;
using Xunit;

namespace VerticalFL.Messages.Tests.MessagePack;

public sealed class MessagePackPropertyTests
{
    [Fact]
    public void Integers_round_trip_in_the_shortest_form() => Check.QuickThrowOnFailure(Prop.ForAll<int, byte>((mantissa, shift) =>
    {
        long value = (long)mantissa << (shift % 33);
        var writer = new MessagePackWriter();
        writer.WriteInt(value);
        var reader = new MessagePackReader(writer.Written);
        long read = reader.ReadInt64(long.MinValue, long.MaxValue);
        reader.End();
        return read == value && writer.Length == ShortestLength(value);
    }));

    [Fact]
    public void Text_round_trips_or_is_refused_when_it_is_not_unicode() => Check.QuickThrowOnFailure(Prop.ForAll<string>(text =>
    {
        var writer = new MessagePackWriter();
        try
        {
            writer.WriteString(text ?? "");
        }
        catch (ArgumentException)
        {
            return text!.Any(char.IsSurrogate);
        }

        var reader = new MessagePackReader(writer.Written);
        string read = reader.ReadString(writer.Length);
        reader.End();
        return read == (text ?? "");
    }));

    [Fact]
    public void Bytes_round_trip() => Check.QuickThrowOnFailure(Prop.ForAll<byte[]>(bytes =>
    {
        var writer = new MessagePackWriter();
        writer.WriteBinary(bytes);
        var reader = new MessagePackReader(writer.Written);
        bool same = reader.ReadBinary((bytes ?? []).Length).SequenceEqual(bytes);
        reader.End();
        return same;
    }));

    [Fact]
    public void Numbers_round_trip_bit_by_bit() => Check.QuickThrowOnFailure(Prop.ForAll<double>(value =>
    {
        var writer = new MessagePackWriter();
        try
        {
            writer.WriteDouble(value);
        }
        catch (ArgumentException)
        {
            return !double.IsFinite(value);
        }

        var reader = new MessagePackReader(writer.Written);
        return BitConverter.DoubleToInt64Bits(reader.ReadDouble()) == BitConverter.DoubleToInt64Bits(value);
    }));

    [Theory]
    [InlineData(-1, 10, 11)]
    [InlineData(0, 0, -1)]
    [InlineData(5, 9, 4)]
    public void Integer_out_of_bounds_is_refused(int minimum, int maximum, int value)
    {
        var writer = new MessagePackWriter();
        writer.WriteInt(value);

        Assert.Throws<MessageFormatException>(() => new MessagePackReader(writer.Written).ReadInt32(minimum, maximum));
    }

    [Fact]
    public void Array_longer_than_its_input_is_refused_before_anything_is_allocated()
    {
        byte[] bytes = [0xdd, 0x7f, 0xff, 0xff, 0xff, 0x00];

        Assert.Throws<MessageFormatException>(() => new MessagePackReader(bytes).ReadArrayHeader(0, int.MaxValue));
    }

    [Fact]
    public void Binary_of_another_length_than_asked_is_refused()
    {
        var writer = new MessagePackWriter();
        writer.WriteBinary(new byte[31]);

        Assert.Throws<MessageFormatException>(() => new MessagePackReader(writer.Written).ReadBinaryExact(32));
    }

    [Fact]
    public void Nil_that_is_not_there_is_left_for_the_next_read()
    {
        var writer = new MessagePackWriter();
        writer.WriteInt(7);
        var reader = new MessagePackReader(writer.Written);

        Assert.False(reader.TryReadNil());
        Assert.Equal(7, reader.ReadInt32(0, 9));
    }

    [Fact]
    public void Reset_writer_starts_anew()
    {
        var writer = new MessagePackWriter();
        writer.WriteString("one");
        writer.Reset();
        writer.WriteNil();

        Assert.Equal([0xc0], writer.Written.ToArray());
    }

    private static int ShortestLength(long value) => value switch
    {
        >= -32 and <= 127 => 1,
        >= sbyte.MinValue and <= byte.MaxValue => 2,
        >= short.MinValue and <= ushort.MaxValue => 3,
        >= int.MinValue and <= uint.MaxValue => 5,
        _ => 9,
    };
}
