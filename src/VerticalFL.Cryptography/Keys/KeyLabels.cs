namespace VerticalFL.Cryptography.Keys;

/// <summary>The uses of derived keys, one label each. No key serves two uses.</summary>
public static class KeyLabels
{
    /// <summary>What every label begins with.</summary>
    public const string Prefix = "vfl/v1/";

    /// <summary>Pairwise masks of activations; the pair of parties is an input.</summary>
    public const string Mask = "vfl/v1/mask";

    /// <summary>Zero-shares of an n-party intersection.</summary>
    public const string PsiZero = "vfl/v1/psi/zero";

    /// <summary>Values of the oblivious function.</summary>
    public const string PsiOprf = "vfl/v1/psi/oprf";

    /// <summary>The announcement of the intersection.</summary>
    public const string PsiAnnounce = "vfl/v1/psi/announce";

    /// <summary>The common order of rows.</summary>
    public const string Order = "vfl/v1/order";

    /// <summary>The comparison of row orders between parties.</summary>
    public const string RowCheck = "vfl/v1/rowcheck";

    /// <summary>Noise on what is released; which noise is an input.</summary>
    public const string Noise = "vfl/v1/noise";

    /// <summary>Patients' pseudonyms in the privacy ledger.</summary>
    public const string LedgerId = "vfl/v1/ledger-id";

    /// <summary>Who is absent from a step of the training.</summary>
    public const string Absence = "vfl/v1/absence";

    /// <summary>Streams of <see cref="Prg.SeededGenerator"/>; the stream's own name is an input.</summary>
    public const string Generator = "vfl/v1/generator";

    /// <summary>Sealed files of one kind, such as "checkpoint".</summary>
    /// <param name="kind">Lower-case letters, digits and hyphens.</param>
    /// <exception cref="ArgumentException">The kind is empty or has other characters.</exception>
    public static string Seal(string kind)
    {
        ArgumentException.ThrowIfNullOrEmpty(kind);
        foreach (char c in kind)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && c != '-')
            {
                throw new ArgumentException(
                    $"A sealed file's kind has lower-case letters, digits and hyphens, unlike '{kind}'.", nameof(kind));
            }
        }

        return $"vfl/v1/seal/{kind}";
    }
}
