using System.CommandLine;
using VerticalFL.Governance.Provisioning;

namespace VerticalFL.Cli.Commands;

/// <summary><c>vfl ca init</c></summary>
internal static class CaInitCommand
{
    public static Command Create()
    {
        Option<string> directory = CaCommand.DirectoryOption();
        var name = new Option<string>("--name") { Description = "The consortium's name.", HelpName = "name", Required = true };
        var encrypt = new Option<bool>("--encrypt")
        {
            Description = $"Encrypt the root's key by a passphrase, from {Passphrase.AuthorityVariable} or asked on the terminal.",
        };

        return new Verb("init", "Make the consortium's root key and certificate.", "vfl ca init --dir ca --name \"Example consortium\" --encrypt")
        {
            directory, name, encrypt,
        }.Run(context =>
        {
            string? passphrase = context.Get(encrypt)
                ? Passphrase.New(Passphrase.AuthorityVariable, "New passphrase for the root key: ", context.Error)
                : null;
            string path = context.Get(directory);
            using CertificateAuthority authority = CertificateAuthority.Init(path, context.Get(name), passphrase);
            string certificate = Path.Combine(path, CertificateAuthority.CertificateFileName);
            string pin = authority.Pin;
            context.Result(new { certificate, key = Path.Combine(path, CertificateAuthority.KeyFileName), pin, notAfter = authority.Certificate.NotAfter.ToUniversalTime() }, () =>
            [
                $"root certificate  {certificate} (give it to every party)",
                $"root key          {Path.Combine(path, CertificateAuthority.KeyFileName)} (give it to nobody; back it up)",
                $"pin               {pin}",
            ]);
        });
    }
}
