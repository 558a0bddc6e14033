using System.Reflection;

namespace VerticalFL.Messages;

/// <summary>
/// Every message that there is, with its limit, its readers and what it reveals: what the report, the approval text and
/// <c>protocols/messages/README.md</c> list. Found in this assembly itself, so that no message can be left out.
/// </summary>
public static class MessageCatalog
{
    /// <summary>All descriptors, by number.</summary>
    public static IReadOnlyList<MessageDescriptor> All { get; } =
        [.. MessageClasses().Select(Descriptor).OrderBy(d => d.Type)];

    /// <summary>The descriptor of a type; null when the number is reserved but no message uses it.</summary>
    public static MessageDescriptor? Find(MessageType type) => All.FirstOrDefault(d => d.Type == type);

    /// <summary>The records that implement <see cref="IMessage{TSelf}"/>.</summary>
    internal static IEnumerable<Type> MessageClasses() => typeof(MessageCatalog).Assembly.GetTypes().Where(
        t => !t.IsInterface && t.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IMessage<>)));

    private static MessageDescriptor Descriptor(Type message) =>
        (MessageDescriptor)message.GetProperty(nameof(Descriptor), BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!;
}
