namespace VerticalFL.Transport.Local;

internal sealed record LocalError(LocalRefusal Refusal, string Error);
