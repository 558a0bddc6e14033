using System.Diagnostics;
using System.Security.Cryptography.X509Certificates;
using VerticalFL.Testing;
using Xunit;

namespace VerticalFL.Cli.Tests.Commands;

public sealed class ProvisioningCommandsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Golden_path_from_an_empty_directory_to_a_chain_that_verifies()
    {
        await Ok("ca", "init", "--dir", _directory["ca"], "--name", "Example");
        Vfl enrolled = await Ok("enroll", "--party", "lab", "--operator", "alice", "--out", _directory["lab"], "--json");
        Vfl issued = await Ok("ca", "sign", _directory["lab", "service.csr.pem"], _directory["lab", "operator-alice.csr.pem"], "--dir", _directory["ca"], "--json");

        Assert.Equal(
            enrolled.Json.EnumerateArray().Select(e => e.GetProperty("pin").GetString()).Order(),
            issued.Json.EnumerateArray().Select(e => e.GetProperty("pin").GetString()).Order());
        using X509Certificate2 root = X509CertificateLoader.LoadCertificateFromFile(_directory["lab", "ca.cert.pem"]);
        foreach (string file in (string[])["service", "operator-alice"])
        {
            using X509Certificate2 certificate = X509CertificateLoader.LoadCertificateFromFile(_directory["lab", file + ".cert.pem"]);
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(root);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            Assert.True(chain.Build(certificate));
        }

        Assert.True(File.Exists(_directory["lab", "revoked.json"]));
    }

    [Fact]
    public async Task Revoke_takes_a_certificate_or_a_serial_and_not_both()
    {
        await Ok("ca", "init", "--dir", _directory["ca"], "--name", "Example");
        await Ok("enroll", "--party", "lab", "--operator", "alice", "--out", _directory["lab"]);
        Vfl issued = await Ok("ca", "sign", _directory["lab", "service.csr.pem"], _directory["lab", "operator-alice.csr.pem"], "--dir", _directory["ca"], "--json");
        string serial = issued.Json[1].GetProperty("serial").GetString()!;
        string[] tail = ["--dir", _directory["ca"]];

        await Ok(["ca", "revoke", "--certificate", _directory["lab", "service.cert.pem"], .. tail]);
        Vfl second = await Ok(["ca", "revoke", "--serial", serial, "--json", .. tail]);

        Assert.Equal(2, second.Json.GetProperty("number").GetInt32());
        Assert.Equal(ExitCodes.CertificateRefused, (await Vfl.RunAsync(["ca", "revoke", "--serial", serial, .. tail])).ExitCode);
        Assert.Equal(ExitCodes.Usage, (await Vfl.RunAsync(["ca", "revoke", .. tail])).ExitCode);
    }

    [Fact]
    public async Task Enroll_keeps_keys_that_exist_and_says_so_in_json()
    {
        await Ok("enroll", "--party", "lab", "--out", _directory["lab"]);

        Vfl again = await Vfl.RunAsync("enroll", "--party", "lab", "--out", _directory["lab"], "--json");

        Assert.Equal(ExitCodes.KeyUnusable, again.ExitCode);
        Assert.Contains("--force", again.Json.GetProperty("error").GetString(), StringComparison.Ordinal);
        await Ok("enroll", "--party", "lab", "--out", _directory["lab"], "--operator", "bob", "--operator-only");
    }

    [Theory]
    [InlineData("--operator-only")]
    [InlineData("--encrypt")]
    public async Task Enroll_refuses_operator_options_without_an_operator(string option)
    {
        Vfl run = await Vfl.RunAsync("enroll", "--party", "lab", "--out", _directory["lab"], option);

        Assert.Equal(ExitCodes.Usage, run.ExitCode);
        Assert.False(Directory.Exists(_directory["lab"]));
    }

    [Fact]
    public async Task Sign_refuses_a_party_that_belongs_to_another_root()
    {
        await Ok("ca", "init", "--dir", _directory["one"], "--name", "One");
        await Ok("ca", "init", "--dir", _directory["two"], "--name", "Two");
        await Ok("enroll", "--party", "lab", "--out", _directory["lab"]);
        await Ok("ca", "sign", _directory["lab", "service.csr.pem"], "--dir", _directory["one"]);

        Vfl run = await Vfl.RunAsync("ca", "sign", _directory["lab", "service.csr.pem"], "--dir", _directory["two"]);

        Assert.Equal(ExitCodes.CertificateRefused, run.ExitCode);
        Assert.False(File.Exists(_directory["two", "issued.jsonl"]));
    }

    [Fact]
    public async Task Built_program_takes_the_passphrase_from_the_environment_and_answers_with_the_code()
    {
        Assert.Equal(0, await Process("correct horse", "ca", "init", "--dir", _directory["ca"], "--name", "Example", "--encrypt"));
        Assert.Contains("ENCRYPTED", File.ReadAllText(_directory["ca", "ca.key.pem"]), StringComparison.Ordinal);
        await Ok("enroll", "--party", "lab", "--out", _directory["lab"]);
        string[] sign = ["ca", "sign", _directory["lab", "service.csr.pem"], "--dir", _directory["ca"]];

        Assert.Equal(ExitCodes.KeyUnusable, await Process("wrong horse", sign));
        Assert.Equal(ExitCodes.KeyUnusable, await Process(null, sign));
        Assert.Equal(0, await Process("correct horse", sign));
    }

    private static async Task<Vfl> Ok(params string[] args)
    {
        Vfl run = await Vfl.RunAsync(args);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        return run;
    }

    private static async Task<int> Process(string? passphrase, params string[] args)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath is { } path && Path.GetFileNameWithoutExtension(path) == "dotnet" ? path : "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(typeof(VflProgram).Assembly.Location);
        foreach (string arg in args)
        {
            start.ArgumentList.Add(arg);
        }

        start.Environment["VFL_CA_PASSPHRASE"] = passphrase ?? "";
        using Process process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await output;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return process.ExitCode;
    }
}
