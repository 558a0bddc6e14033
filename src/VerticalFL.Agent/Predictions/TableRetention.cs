namespace VerticalFL.Agent.Predictions;

/// <summary>Deletes tables of predictions when they have been kept as long as the configuration says: at the start, and every hour.</summary>
internal sealed class TableRetention : IDisposable
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private readonly ITimer _timer;

    /// <param name="notes">Where the tables are.</param>
    /// <param name="days">How many days a table is kept.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told of a disk that refuses.</param>
    public TableRetention(PredictionNotes notes, int days, TimeProvider time, ILogger logger) => _timer = time.CreateTimer(
        _ =>
        {
            try
            {
                notes.DeleteTables(time.GetUtcNow() - TimeSpan.FromDays(days));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Log.TablesNotDeleted(logger, e.Message);
            }
        },
        null,
        TimeSpan.Zero,
        Every);

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();
}
