using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using VerticalFL.Messages.MessagePack;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Messages.Tests.MessagePack;

/// <summary>Walks <c>protocols/messages/vectors.json</c>, which another implementation has written.</summary>
public sealed class MessagePackVectorTests
{
    private static readonly JsonNode Vectors = JsonNode.Parse(File.ReadAllBytes(RepositoryFiles.PathTo("protocols", "messages", "vectors.json")))!;

    public static TheoryData<string> Valid => Cases("valid");

    public static TheoryData<string> Invalid => Cases("invalid");

    [Theory]
    [MemberData(nameof(Valid))]
    public void Valid_value_is_written_as_the_vector_and_read_back(string json)
    {
        JsonNode vector = JsonNode.Parse(json)!;
        var writer = new MessagePackWriter();
        Write(writer, vector);
        byte[] written = writer.Written.ToArray();

        if (vector["hex"] is { } hex)
        {
            Assert.Equal(hex.GetValue<string>(), Convert.ToHexStringLower(written));
        }
        else
        {
            Assert.Equal(vector["length"]!.GetValue<int>(), written.Length);
            Assert.Equal(vector["sha256"]!.GetValue<string>(), Convert.ToHexStringLower(SHA256.HashData(written)));
        }

        var again = new MessagePackWriter();
        Copy(vector["kind"]!.GetValue<string>(), written, int.MaxValue, again);
        Assert.Equal(written, again.Written.ToArray());
    }

    [Theory]
    [MemberData(nameof(Invalid))]
    public void Invalid_bytes_are_refused(string json)
    {
        JsonNode vector = JsonNode.Parse(json)!;
        byte[] bytes = Convert.FromHexString(vector["hex"]!.GetValue<string>());

        Assert.Throws<MessageFormatException>(
            () => Copy(vector["kind"]!.GetValue<string>(), bytes, vector["limit"]?.GetValue<int>() ?? int.MaxValue, new MessagePackWriter()));
    }

    private static TheoryData<string> Cases(string list) => [.. Vectors[list]!.AsArray().Select(v => v!.ToJsonString())];

    private static void Write(MessagePackWriter writer, JsonNode vector)
    {
        int count = vector["count"]?.GetValue<int>() ?? 0;
        string? unit = vector["repeat"]?.GetValue<string>();
        JsonNode? value = vector["value"];
        switch (vector["kind"]!.GetValue<string>())
        {
            case "nil":
                writer.WriteNil();
                break;
            case "bool":
                writer.WriteBool(value!.GetValue<bool>());
                break;
            case "int":
                writer.WriteInt(long.Parse(value!.GetValue<string>(), CultureInfo.InvariantCulture));
                break;
            case "float":
                writer.WriteDouble(double.Parse(value!.GetValue<string>(), CultureInfo.InvariantCulture));
                break;
            case "str":
                writer.WriteString(unit is null ? value!.GetValue<string>() : string.Concat(Enumerable.Repeat(unit, count)));
                break;
            case "bin":
                byte[] bytes = unit is null ? Convert.FromHexString(value!.GetValue<string>()) : new byte[count];
                if (unit is not null)
                {
                    bytes.AsSpan().Fill(Convert.ToByte(unit, 16));
                }

                writer.WriteBinary(bytes);
                break;
            case "array":
                writer.WriteArrayHeader(count);
                for (int i = 0; i < count; i++)
                {
                    writer.WriteInt(int.Parse(unit!, CultureInfo.InvariantCulture));
                }

                break;
            case var kind:
                throw new InvalidOperationException($"There is no kind '{kind}'.");
        }
    }

    /// <summary>Reads one value and nothing behind it, and writes it again.</summary>
    private static void Copy(string kind, byte[] bytes, int limit, MessagePackWriter writer)
    {
        var reader = new MessagePackReader(bytes);
        switch (kind)
        {
            case "nil":
                Assert.True(reader.TryReadNil());
                writer.WriteNil();
                break;
            case "bool":
                writer.WriteBool(reader.ReadBool());
                break;
            case "int":
                writer.WriteInt(reader.ReadInt64(long.MinValue, long.MaxValue));
                break;
            case "float":
                writer.WriteDouble(reader.ReadDouble());
                break;
            case "str":
                writer.WriteString(reader.ReadString(limit));
                break;
            case "bin":
                writer.WriteBinary(reader.ReadBinary(limit));
                break;
            case "array":
                int count = reader.ReadArrayHeader(0, limit);
                writer.WriteArrayHeader(count);
                for (int i = 0; i < count; i++)
                {
                    writer.WriteInt(reader.ReadInt64(long.MinValue, long.MaxValue));
                }

                break;
            default:
                throw new InvalidOperationException($"There is no kind '{kind}'.");
        }

        reader.End();
    }
}
