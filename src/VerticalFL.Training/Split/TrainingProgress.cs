namespace VerticalFL.Training.Split;

/// <summary>Reported by every party after each epoch; by the label party also of the epochs before a checkpoint, when it goes on from there.</summary>
/// <param name="Epoch">Epochs that are over.</param>
/// <param name="Epochs">The most epochs there will be.</param>
/// <param name="Step">Batches that are over.</param>
/// <param name="RowsTrained">Rows that went through training steps in this attempt, counted once per epoch; 0 of the epochs before.</param>
/// <param name="TrainLoss">The epoch's mean training loss; null at feature parties, which do not learn it.</param>
/// <param name="ValidationLoss">The validation loss after the epoch; null at feature parties and without early stopping.</param>
/// <param name="ValidationMetric">How good the predictions of these rows are; null likewise, and where nobody judges them.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, long Step, long RowsTrained, double? TrainLoss, double? ValidationLoss, double? ValidationMetric = null);
