using System.CommandLine;
using System.Text;
using VerticalFL.Governance.Provisioning;
using VerticalFL.Governance.Storage;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl ca sign</c></summary>
internal static class CaSignCommand
{
    private const string RequestSuffix = ".csr.pem";

    public static Command Create()
    {
        var requests = new Argument<string[]>("request") { Description = "Signing requests (*.csr.pem).", Arity = ArgumentArity.OneOrMore };
        Option<string> directory = CaCommand.DirectoryOption();
        var days = new Option<int>("--days")
        {
            Description = "How many days the certificates are valid.",
            HelpName = "n",
            DefaultValueFactory = _ => CertificateAuthority.MaxDays,
        };

        return new Verb(
            "sign",
            "Sign requests; certificate, root certificate and revocation list are put beside each request.",
            "vfl ca sign hospital/service.csr.pem hospital/operator-alice.csr.pem --dir ca")
        {
            requests, directory, days,
        }.Run(context =>
        {
            string[] paths = context.Get(requests);
            string[] texts = [.. paths.Select(ReadRequest)];
            using CertificateAuthority authority = OpenAuthority(context.Get(directory), context.Error);

            var issued = new List<(string Path, IssuedCertificate Certificate)>();
            foreach ((string path, string text) in paths.Zip(texts))
            {
                CopyPublicFiles(context.Get(directory), Path.GetDirectoryName(Path.GetFullPath(path))!);
                IssuedCertificate certificate = authority.Sign(text, context.Get(days));
                string target = path[..^RequestSuffix.Length] + ".cert.pem";
                AtomicFile.Write(target, Encoding.ASCII.GetBytes(certificate.Pem), AtomicFile.Public);
                issued.Add((target, certificate));
            }

            context.Result(
                issued.Select(i => new { name = i.Certificate.Identity.Uri, certificate = i.Path, serial = i.Certificate.Serial, pin = i.Certificate.Pin, notAfter = i.Certificate.NotAfter }),
                () => issued.SelectMany(i => (string[])
                [
                    i.Certificate.Identity.Uri,
                    $"  certificate  {i.Path}, until {i.Certificate.NotAfter.UtcDateTime:yyyy-MM-dd}",
                    $"  serial       {i.Certificate.Serial}",
                    $"  pin          {i.Certificate.Pin} (compare it with the party before you hand the certificate over)",
                ]));
        });
    }

    /// <summary>Opens the authority, asking for its passphrase when its key has one.</summary>
    internal static CertificateAuthority OpenAuthority(string directory, TextWriter error)
    {
        bool encrypted = KeyFile.IsEncrypted(Path.Combine(directory, CertificateAuthority.KeyFileName));
        return CertificateAuthority.Open(
            directory, encrypted ? Passphrase.Existing(Passphrase.AuthorityVariable, "Passphrase of the root key: ", error) : null);
    }

    private static string ReadRequest(string path)
    {
        if (!path.EndsWith(RequestSuffix, StringComparison.Ordinal))
        {
            throw new VerbException(ExitCodes.Usage, $"'{path}' is not named like a signing request, something{RequestSuffix}.");
        }

        return File.Exists(path) && new FileInfo(path).Length <= 64 * 1024
            ? File.ReadAllText(path)
            : throw new VerbException(ExitCodes.FileNotFound, $"There is no signing request '{path}'; 'vfl enroll' makes it.");
    }

    private static void CopyPublicFiles(string from, string to)
    {
        byte[] root = File.ReadAllBytes(Path.Combine(from, CertificateAuthority.CertificateFileName));
        string target = Path.Combine(to, CertificateAuthority.CertificateFileName);
        if (File.Exists(target) && !File.ReadAllBytes(target).AsSpan().SequenceEqual(root))
        {
            throw new VerbException(ExitCodes.CertificateRefused, $"'{target}' is the root of another consortium; remove it if the party is to change over.");
        }

        AtomicFile.Write(target, root, AtomicFile.Public);
        AtomicFile.Write(Path.Combine(to, RevocationList.FileName), File.ReadAllBytes(Path.Combine(from, RevocationList.FileName)), AtomicFile.Public);
    }
}
