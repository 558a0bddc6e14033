using VerticalFL.Messages;
using VerticalFL.Messages.Control;
using VerticalFL.Transport;

namespace VerticalFL.Agent.Runs;

/// <summary>
/// Tells the coordinator which links of a run are missing at this party, and that they are up again: of each peer the newest, a few times a second
/// at most, and again when the control link itself was down. It tells nothing while nothing is missing.
/// </summary>
internal sealed class LinkVoice(ICoordinatorVoice voice, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private readonly Lock _lock = new();
    private readonly Dictionary<(RunId Run, PartyId Peer), News> _news = [];
    private bool _telling;

    /// <summary>Whether something is being told or waits for its turn.</summary>
    internal bool IsTelling
    {
        get
        {
            lock (_lock)
            {
                return _telling;
            }
        }
    }

    /// <summary>Takes what the channels of an attempt say; that of earlier attempts of the run is forgotten.</summary>
    public IProgress<LinkNotice> Of(ActiveRun attempt)
    {
        Forget(attempt.Id);
        return new Listener(this, attempt);
    }

    /// <summary>The attempt is over: nothing of it is told any more.</summary>
    public void Forget(RunId run)
    {
        lock (_lock)
        {
            foreach ((RunId, PartyId) key in _news.Keys.Where(k => k.Run == run).ToArray())
            {
                _news.Remove(key);
            }
        }
    }

    /// <summary>The control link is up: the coordinator may know nothing of what was told before.</summary>
    public void Repeat()
    {
        lock (_lock)
        {
            foreach (((RunId, PartyId) key, News news) in _news.ToArray())
            {
                _news[key] = news with { IsTold = false };
            }
        }

        TellSoon();
    }

    private void Take(ActiveRun attempt, LinkNotice notice)
    {
        lock (_lock)
        {
            _news[(attempt.Id, notice.Peer)] = new News(attempt, notice, time.GetTimestamp(), IsTold: false);
        }

        TellSoon();
    }

    private void TellSoon()
    {
        lock (_lock)
        {
            if (_telling)
            {
                return;
            }

            _telling = true;
        }

        _ = Task.Run(TellAsync);
    }

    private async Task TellAsync()
    {
        while (Untold() is { Length: > 0 } untold)
        {
            foreach (((RunId Run, PartyId Peer) key, News news) in untold)
            {
                if (!await voice.TryTellAsync(Report(news), CancellationToken.None))
                {
                    // Told again when the control link is back.
                    Stop();
                    return;
                }

                NoteTold(key, news);
            }

            await Task.Delay(Pause, time, CancellationToken.None);
        }
    }

    private void Stop()
    {
        lock (_lock)
        {
            _telling = false;
        }
    }

    /// <summary>What waits to be told; when nothing does, the telling has ended.</summary>
    private KeyValuePair<(RunId Run, PartyId Peer), News>[] Untold()
    {
        lock (_lock)
        {
            KeyValuePair<(RunId, PartyId), News>[] untold = [.. _news.Where(n => !n.Value.IsTold)];
            _telling = untold.Length > 0;
            return untold;
        }
    }

    private void NoteTold((RunId Run, PartyId Peer) key, News told)
    {
        lock (_lock)
        {
            if (!_news.TryGetValue(key, out News? now) || !ReferenceEquals(now, told))
            {
                return;
            }

            if (told.Notice.IsUp)
            {
                _news.Remove(key);
            }
            else
            {
                _news[key] = told with { IsTold = true };
            }
        }
    }

    private LinkReport Report(News news)
    {
        TimeSpan since = time.GetElapsedTime(news.At);
        LinkNotice notice = news.Notice;
        return new LinkReport(
            news.Attempt.Id,
            news.Attempt.Attempt,
            notice.Peer,
            notice.IsUp,
            notice.Fault,
            Milliseconds(notice.IsUp ? notice.Down : notice.Down + since),
            notice.Tries,
            Milliseconds(notice.NextTry - since));
    }

    private static int Milliseconds(TimeSpan span) => (int)Math.Clamp(span.TotalMilliseconds, 0, LinkReport.MaxMilliseconds);

    private sealed record News(ActiveRun Attempt, LinkNotice Notice, long At, bool IsTold);

    private sealed class Listener(LinkVoice voice, ActiveRun attempt) : IProgress<LinkNotice>
    {
        public void Report(LinkNotice value)
        {
            // A stop closes channels while their peers do the same: what breaks on the way out is no news.
            if (attempt.StopCause is null)
            {
                voice.Take(attempt, value);
            }
        }
    }
}
