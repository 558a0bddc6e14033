using Xunit;

namespace VerticalFL.Messages.Tests;

public sealed class MessageCatalogTests
{
    [Fact]
    public void All_has_every_record_that_is_a_message()
    {
        Assert.NotEmpty(MessageCatalog.All);
        Assert.Equal(MessageCatalog.MessageClasses().Count(), MessageCatalog.All.Count);
    }

    [Fact]
    public void Numbers_are_unique_and_known()
    {
        Assert.Equal(MessageCatalog.All.Count, MessageCatalog.All.Select(d => d.Type).Distinct().Count());
        Assert.All(MessageCatalog.All, d => Assert.True(Enum.IsDefined(d.Type) && d.Type != MessageType.None));
    }

    [Fact]
    public void Every_number_has_its_message() =>
        Assert.Equal(Enum.GetValues<MessageType>().Where(t => t != MessageType.None).Order(), MessageCatalog.All.Select(d => d.Type));

    [Fact]
    public void Descriptors_say_what_a_reviewer_needs()
    {
        Assert.All(MessageCatalog.All, d =>
        {
            Assert.InRange(d.MaxBytes, 1, 64 * 1024 * 1024);
            Assert.InRange(d.FieldCount, 0, 63);
            Assert.True(Enum.IsDefined(d.Readers));
            Assert.Matches(@"^[A-Z].{10,250}\.$", d.Reveals);
        });
    }

    [Fact]
    public void Nothing_about_patients_is_readable_by_the_coordinator()
    {
        // Alignment and training, numbers 100 to 199, are between parties only.
        Assert.All(MessageCatalog.All.Where(d => (int)d.Type >= 100), d => Assert.Equal(MessageReaders.PeerParty, d.Readers));
    }

    [Fact]
    public void Find_gives_the_descriptor_or_nothing()
    {
        Assert.Equal(MessageType.BlindedElements, MessageCatalog.Find(MessageType.BlindedElements)?.Type);
        Assert.Null(MessageCatalog.Find(MessageType.None));
    }

    [Fact]
    public void Every_message_has_a_sample()
    {
        IEnumerable<MessageType> missing = MessageCatalog.All.Select(d => d.Type).Except(SampleMessages.All.Select(s => s.Descriptor.Type));

        Assert.True(!missing.Any(), "Add a sample to SampleMessages.cs of: " + string.Join(", ", missing));
    }
}
