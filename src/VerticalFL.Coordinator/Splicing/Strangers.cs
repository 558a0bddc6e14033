namespace VerticalFL.Coordinator.Splicing;

/// <summary>
/// Connections that have not shown yet who they are. There is room for so many; a newcomer beyond them displaces the oldest, because an
/// agent is through within a blink and whoever has been silent longest is the least likely to be one.
/// </summary>
internal sealed class Strangers(int most)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Stranger> _waiting = new();

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>A connection came.</summary>
    /// <returns>To be left, or disposed, when it is known or gone.</returns>
    public Stranger Enter()
    {
        var stranger = new Stranger(this);
        Stranger? displaced = null;
        lock (_gate)
        {
            _waiting.AddLast(stranger.Place);
            if (_waiting.Count > most)
            {
                displaced = _waiting.First!.Value;
                _waiting.RemoveFirst();
            }
        }

        displaced?.Displace();
        return stranger;
    }

    /// <summary>One of them.</summary>
    internal sealed class Stranger : IDisposable
    {
        private readonly Strangers _all;
        private readonly CancellationTokenSource _displaced = new();

        public Stranger(Strangers all)
        {
            _all = all;
            Place = new LinkedListNode<Stranger>(this);
        }

        /// <summary>Cancelled when a newcomer needs the place.</summary>
        public CancellationToken Displaced => _displaced.Token;

        internal LinkedListNode<Stranger> Place { get; }

        /// <summary>It is no stranger any more.</summary>
        public void Leave()
        {
            lock (_all._gate)
            {
                Place.List?.Remove(Place);
            }
        }

        public void Dispose() => Leave();

        // Its source has no timer and is linked by those who end before it; nothing is held when nobody disposes it.
        internal void Displace() => _displaced.Cancel();
    }
}
