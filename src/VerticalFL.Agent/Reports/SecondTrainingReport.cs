namespace VerticalFL.Agent.Reports;

/// <summary>The second training of a study with <c>earlyStopping.refit</c>, as a part of <see cref="TrainingReport"/>.</summary>
/// <param name="Epochs">Its epochs.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="BytesSent">Bytes that all parties sent for it, before TLS.</param>
public sealed record SecondTrainingReport(int Epochs, double Seconds, long BytesSent);
