using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport.Relay;

namespace VerticalFL.Coordinator.Splicing;

/// <summary>One agent's control connection, seen from the coordinator.</summary>
public sealed class AgentSession
{
    private readonly ControlConnection _connection;
    private readonly TimeSpan _sendTimeout;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _closed = new();
    private readonly TaskCompletionSource _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private string _reason = "the agent hung up";

    internal AgentSession(PartyId party, AgentHello hello, ControlConnection connection, TimeSpan sendTimeout, TimeProvider time)
    {
        Party = party;
        Software = string.Concat(hello.Software.Select(c => char.IsControl(c) ? '.' : c));
        Incarnation = hello.Incarnation;
        ConnectedAt = time.GetUtcNow();
        _connection = connection;
        _sendTimeout = sendTimeout;
        _time = time;
    }

    /// <summary>Whose agent it is: proven by its certificate.</summary>
    public PartyId Party { get; }

    /// <summary>Which software the agent says it runs; without control characters, since it ends in logs and on terminals.</summary>
    public string Software { get; }

    /// <summary>Random bytes of the agent's process: another value than before means that its memory is gone.</summary>
    public ReadOnlyMemory<byte> Incarnation { get; }

    /// <summary>Since when.</summary>
    public DateTimeOffset ConnectedAt { get; }

    /// <summary>Cancelled when the session is to end.</summary>
    internal CancellationToken Closed => _closed.Token;

    /// <summary>Done when the registry knows that the session is over.</summary>
    internal Task Completion => _completion.Task;

    internal string CloseReason => Volatile.Read(ref _reason);

    /// <summary>Sends a message to the agent. An agent that does not read in time loses its connection.</summary>
    /// <exception cref="IOException">The agent is gone.</exception>
    public async ValueTask SendAsync<T>(T message, CancellationToken cancellationToken)
        where T : IMessage<T>
    {
        using var timeout = new CancellationTokenSource(_sendTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await _connection.SendAsync(message, both.Token);
        }
        catch (OperationCanceledException e)
        {
            // A message that was cut in the middle has spoilt the connection, whoever cancelled it.
            Close("it does not read its messages");
            if (cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw new IOException($"the agent of party '{Party}' does not read its messages", e);
        }
    }

    internal void Close(string reason)
    {
        lock (_closed)
        {
            if (_closed.IsCancellationRequested)
            {
                return;
            }

            Volatile.Write(ref _reason, reason);
        }

        _closed.Cancel();
    }

    internal void Complete() => _completion.TrySetResult();
}
