namespace VerticalFL.Cryptography.Okvs;

/// <summary>One key's row within its bin: three distinct sparse columns and a bit for each dense column.</summary>
internal readonly record struct OkvsRow(ushort A, ushort B, ushort C, ulong Dense);
