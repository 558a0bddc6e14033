using System.Globalization;
using System.Text;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Messages.Tests;

/// <summary>Keeps the specifications in step with the code.</summary>
public sealed class MessageDocumentationTests
{
    [Fact]
    public void Table_of_messages_is_the_catalog()
    {
        string document = File.ReadAllText(RepositoryFiles.PathTo("protocols", "messages", "README.md"));

        Assert.True(
            document.Contains(Table(), StringComparison.Ordinal),
            "protocols/messages/README.md must hold this table under 'All messages':\n" + Table());
    }

    private static string Table()
    {
        var table = new StringBuilder(
            "| number | message | fields | limit | who can read | what it reveals |\n|---|---|---|---|---|---|\n");
        foreach (MessageDescriptor d in MessageCatalog.All)
        {
            table.Append(
                CultureInfo.InvariantCulture,
                $"| {(int)d.Type} | {d.Type} | {d.FieldCount} | {d.MaxBytes} | {Readers(d.Readers)} | {d.Reveals} |\n");
        }

        return table.ToString();
    }

    private static string Readers(MessageReaders readers) => readers switch
    {
        MessageReaders.PeerParty => "peer party",
        MessageReaders.Coordinator => "coordinator",
        MessageReaders.Consortium => "consortium",
        _ => throw new InvalidOperationException($"{readers} has no words in the documentation."),
    };
}
