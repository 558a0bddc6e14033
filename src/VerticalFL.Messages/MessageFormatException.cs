namespace VerticalFL.Messages;

/// <summary>Bytes that are not the message they should be. The text names the rule that was broken, never the content.</summary>
public sealed class MessageFormatException : Exception
{
    /// <summary>Makes the exception.</summary>
    public MessageFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception.</summary>
    public MessageFormatException(string message, Exception inner)
        : base(message, inner)
    {
    }

    /// <summary>Makes the exception.</summary>
    public MessageFormatException()
    {
    }
}
