using VerticalFL.Messages;

namespace VerticalFL.Agent.Reports;

/// <summary>Makes the report's table of message classes: what the catalog says of each, with what was counted on the channels.</summary>
public static class MessageTable
{
    /// <summary>One row per type that was sent or received, by number.</summary>
    /// <param name="counts">Counts by type and direction; the same type may come several times, as once per peer.</param>
    public static IReadOnlyList<MessageClassReport> From(IEnumerable<(MessageType Type, bool Sent, long Count, long Bytes)> counts) =>
        [.. counts.GroupBy(c => c.Type).OrderBy(g => g.Key).Select(Row)];

    private static MessageClassReport Row(IGrouping<MessageType, (MessageType Type, bool Sent, long Count, long Bytes)> counts)
    {
        MessageDescriptor? descriptor = MessageCatalog.Find(counts.Key);
        return new MessageClassReport(
            (int)counts.Key,
            counts.Key.ToString(),
            descriptor is null ? "" : char.ToLowerInvariant(descriptor.Readers.ToString()[0]) + descriptor.Readers.ToString()[1..],
            descriptor?.Reveals ?? "",
            counts.Where(c => c.Sent).Sum(c => c.Count),
            counts.Where(c => c.Sent).Sum(c => c.Bytes),
            counts.Where(c => !c.Sent).Sum(c => c.Count),
            counts.Where(c => !c.Sent).Sum(c => c.Bytes));
    }
}
