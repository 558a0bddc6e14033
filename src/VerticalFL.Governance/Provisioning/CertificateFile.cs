using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace VerticalFL.Governance.Provisioning;

/// <summary>Certificates on disk, in PEM.</summary>
public static class CertificateFile
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>Reads one certificate.</summary>
    /// <exception cref="CertificateException">There is no such file, or it holds no certificate.</exception>
    public static X509Certificate2 Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new CertificateException($"There is no certificate '{path}'; the consortium's steward makes it with 'vfl ca sign'.");
        }

        try
        {
            return new FileInfo(path).Length <= MaxBytes ? X509Certificate2.CreateFromPem(File.ReadAllText(path)) : throw new CryptographicException();
        }
        catch (CryptographicException e)
        {
            throw new CertificateException($"The file '{path}' holds no certificate in PEM.", e);
        }
    }
}
