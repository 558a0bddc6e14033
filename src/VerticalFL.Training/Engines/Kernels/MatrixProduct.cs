namespace VerticalFL.Training.Engines.Kernels;

/// <summary>
/// c = start + op(a) op(b), where c is m x n, op(a) m x k and op(b) k x n. Each element of c is one chain of FMAs that takes k in ascending order.
/// </summary>
internal readonly unsafe struct MatrixProduct
{
    /// <summary>Rows of c.</summary>
    public required int M { get; init; }

    /// <summary>Columns of c.</summary>
    public required int N { get; init; }

    /// <summary>The inner length.</summary>
    public required int K { get; init; }

    /// <summary>m x k, or k x m when transposed.</summary>
    public required float* A { get; init; }

    /// <summary>Whether a lies transposed.</summary>
    public bool TransposeA { get; init; }

    /// <summary>k x n, or n x k when transposed.</summary>
    public required float* B { get; init; }

    /// <summary>Whether b lies transposed.</summary>
    public bool TransposeB { get; init; }

    /// <summary>m x n.</summary>
    public required float* C { get; init; }

    /// <summary>What each row's chains begin with: one row of n. Default: null, which goes on from what c holds.</summary>
    public float* Start { get; init; }
}
