using System.Collections.Frozen;
using System.Reflection;
using VerticalFL.Messages;
using VerticalFL.Transport.Delivery;

namespace VerticalFL.Transport;

/// <summary>The size limit of every message type, from the descriptors in VerticalFL.Messages; read once.</summary>
internal static class MessageLimits
{
    private static readonly FrozenDictionary<MessageType, int> Limits = Collect();

    /// <summary>The largest encoding of this type that is accepted, in bytes.</summary>
    public static int Of(MessageType type) => Limits.GetValueOrDefault(type, FrameFormat.MaxMessageBytes);

    private static FrozenDictionary<MessageType, int> Collect()
    {
        var limits = new Dictionary<MessageType, int>();
        foreach (Type type in typeof(MessageCodec).Assembly.GetTypes())
        {
            if (!type.IsInterface && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IMessage<>)))
            {
                PropertyInfo property = type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)
                    ?? throw new InvalidOperationException($"{type.Name} has no public static Descriptor.");
                var descriptor = (MessageDescriptor)property.GetValue(null)!;
                limits[descriptor.Type] = descriptor.MaxBytes;
            }
        }

        return limits.ToFrozenDictionary();
    }
}
