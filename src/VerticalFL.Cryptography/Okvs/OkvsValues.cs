namespace VerticalFL.Cryptography.Okvs;

/// <summary>Gives the values of some keys.</summary>
/// <typeparam name="TState">What it needs for that.</typeparam>
/// <param name="state">What it needs for that.</param>
/// <param name="places">Which keys.</param>
/// <param name="keys">The keys themselves.</param>
/// <param name="values">Receives the value of each.</param>
internal delegate void OkvsValues<TState>(TState state, ReadOnlySpan<int> places, ReadOnlySpan<UInt128> keys, Span<UInt128> values)
    where TState : allows ref struct;
