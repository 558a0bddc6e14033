namespace VerticalFL.Agent.Runs;

/// <summary>One attempt at this party, from its table to its part of the model.</summary>
/// <param name="run">The attempt.</param>
/// <param name="progress">Is told where it is.</param>
/// <param name="onFailing">Is told of a failure while the channels are still open, so that the coordinator hears the cause before the peers miss a channel.</param>
/// <param name="cancellationToken">Ends it.</param>
internal delegate Task RunAttempt(ActiveRun run, RunTelemetry progress, Func<Exception, Task> onFailing, CancellationToken cancellationToken);
