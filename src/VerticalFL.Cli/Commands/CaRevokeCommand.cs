using System.CommandLine;
using VerticalFL.Governance.Provisioning;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl ca revoke</c></summary>
internal static class CaRevokeCommand
{
    public static Command Create()
    {
        Option<string> directory = CaCommand.DirectoryOption();
        var serial = new Option<string?>("--serial") { Description = "The certificate's serial number in hexadecimal.", HelpName = "hex" };
        var certificate = new Option<string?>("--certificate") { Description = "The certificate in PEM.", HelpName = "file" };

        return new Verb(
            "revoke",
            "Put a certificate on the revocation list; give the new revoked.json to every party.",
            "vfl ca revoke --certificate hospital/service.cert.pem --dir ca")
        {
            directory, serial, certificate,
        }.Run(context =>
        {
            if (context.Find(serial) is null == context.Find(certificate) is null)
            {
                throw new VerbException(ExitCodes.Usage, "Say either --serial or --certificate.");
            }

            using CertificateAuthority authority = CaSignCommand.OpenAuthority(context.Get(directory), context.Error);
            RevocationList list = context.Find(serial) is { } number
                ? authority.Revoke(number)
                : authority.Revoke(CertificateFile.Load(context.Find(certificate)!));
            string path = Path.Combine(context.Get(directory), RevocationList.FileName);
            context.Result(new { list = path, number = list.Number, revoked = list.Revoked.Keys }, () =>
            [
                $"revocation list  {path}, number {list.Number}, {list.Revoked.Count} certificates (give it to every party)",
            ]);
        });
    }
}
