namespace VerticalFL.Training.Split;

/// <summary>
/// What a training will take, as the label party tells it after its first steps: time and memory from those, bytes from the plan alone. Early stopping
/// can only make it shorter than the most.
/// </summary>
/// <param name="TimedSteps">Steps by which the time was taken; those before them only warmed up.</param>
/// <param name="Epochs">The most epochs there can be.</param>
/// <param name="SecondsPerEpoch">Seconds of an epoch with its validation.</param>
/// <param name="SecondsBefore">Seconds until the forecast: the wait for all parties, and the first steps.</param>
/// <param name="StepsBefore">Steps that were over by then.</param>
/// <param name="StepsPerEpoch">Steps of an epoch.</param>
/// <param name="SecondsOfEvaluation">Seconds of the evaluation at the end.</param>
/// <param name="BytesPerEpoch">Bytes that all parties send in an epoch, before TLS; a few more where step numbers take another byte.</param>
/// <param name="Bytes">Bytes that all parties send for the most epochs, start and evaluation; checkpoints add some ten a party each.</param>
/// <param name="MemoryBytes">The most memory that this party's process will hold.</param>
public sealed record TrainingForecast(int TimedSteps, int Epochs, double SecondsPerEpoch, double SecondsBefore, long StepsBefore, int StepsPerEpoch, double SecondsOfEvaluation, long BytesPerEpoch, long Bytes, long MemoryBytes)
{
    /// <summary>Seconds of the whole training if it takes so many epochs.</summary>
    public double SecondsOf(int epochs) => SecondsBefore + (SecondsPerEpoch * Math.Max(0, epochs - ((double)StepsBefore / StepsPerEpoch))) + SecondsOfEvaluation;
}
