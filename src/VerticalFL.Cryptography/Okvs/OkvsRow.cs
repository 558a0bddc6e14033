namespace VerticalFL.Cryptography.Okvs;

/// <summary>One key's row: three distinct sparse columns and a bit for each dense column.</summary>
internal record struct OkvsRow(int A, int B, int C, ulong Dense);
