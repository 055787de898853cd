using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using Handcarry.Streams.Content;
using Handcarry.Streams.Receipts;
using Handcarry.Streams.Tests.Registry;

namespace Handcarry.Streams.Tests.Receipts;

public sealed class SignedReceiptTests
{
    private static readonly Receipt Done = new()
    {
        Nonce = "0123456789abcdef",
        Cluster = "6f1c2a9e-0000-4000-8000-000000000001",
        Bundle = "sha256:" + new string('a', 64),
        Version = "4.17.12",
        ClusterVersion = "4.17.12",
        Result = "Completed",
        Signed = DateTimeOffset.UtcNow,
        SignedBy = "node-1",
        Nodes = [new ReceiptNode("node-1", "Upgraded"), new ReceiptNode("node-2", "Loading", "NoSpace", "full")],
        Events = [new ReceiptEvent(DateTimeOffset.UtcNow, "PhaseChanged", "Phase Completed 4.17.12.")],
    };

    private readonly TestAuthority _site = new();

    [Fact]
    public void What_an_agent_has_signed_is_read_with_the_authority_of_its_site()
    {
        var file = Sign(Done, _site.Identity("node-1").Certificate);
        var read = SignedReceipt.Verify(file, [_site.Certificate]);
        Assert.Equal(Encoding.UTF8.GetString(Done.ToJson()), Encoding.UTF8.GetString(read.Receipt.ToJson()));
        Assert.Equal("CN=node-1", read.Signer.Subject);
    }

    [Fact]
    public void No_bit_of_it_can_be_changed()
    {
        var file = Sign(Done, _site.Identity("node-1").Certificate);
        foreach (var part in new[] { "payload", "protected", "signature" })
        {
            var text = (string)JsonNode.Parse(file)![part]!;
            for (var at = 0; at < text.Length; at += Math.Max(1, text.Length / 16))
            {
                var changed = JsonNode.Parse(file)!;
                changed[part] = text[..at] + (text[at] == 'A' ? 'B' : 'A') + text[(at + 1)..];
                Refused(Encoding.UTF8.GetBytes(changed.ToJsonString()), _site);
            }
        }
    }

    [Fact]
    public void Other_sites_and_the_certificates_that_people_have_do_not_count()
    {
        Assert.Contains("no agent of this site", Refused(Sign(Done, _site.Identity("node-1").Certificate), new TestAuthority("another")), StringComparison.Ordinal);
        var person = _site.Issue("carol", TestAuthority.ClientAuthentication);
        Assert.Contains("CN=carol", Refused(Sign(Done, person), _site), StringComparison.Ordinal);
    }

    [Fact]
    public void A_certificate_counts_that_was_good_when_it_signed_and_no_other()
    {
        var shortlived = _site.Issue("node-1", TimeSpan.FromMinutes(-10), TestAuthority.ServerAuthentication);
        SignedReceipt.Verify(Sign(Done with { Signed = DateTimeOffset.UtcNow.AddMinutes(-15) }, shortlived), [_site.Certificate]);
        Refused(Sign(Done, shortlived), _site);
    }

    [Fact]
    public void Keys_of_RSA_sign_as_well()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=node-3", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(TestAuthority.ServerAuthentication)], false));
        using var own = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1));
        var read = SignedReceipt.Verify(Sign(Done, own), [own]);
        Assert.Equal("CN=node-3", read.Signer.Subject);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"payload":"e30","protected":"e30","signature":"AA"}""")]
    [InlineData("""{"payload":"*","protected":"*","signature":"*"}""")]
    public void Anything_else_is_refused(string text) => Refused(Encoding.UTF8.GetBytes(text), _site);

    [Fact]
    public void A_newer_format_says_that_a_newer_program_is_needed() =>
        Assert.Contains("newer handcarry", Refused(Sign(Done with { Format = 2 }, _site.Identity("node-1").Certificate), _site), StringComparison.Ordinal);

    [Fact]
    public void A_request_comes_back_as_it_was_made()
    {
        var request = ReceiptRequest.For(Digest.Of("a"u8));
        Assert.Equal(request, ReceiptRequest.Parse(request.ToJson()));
        Assert.NotEqual(request.Nonce, ReceiptRequest.For(Digest.Of("a"u8)).Nonce);
    }

    [Theory]
    [InlineData("null", "object")]
    [InlineData("{", "")]
    [InlineData("""{"format":2,"nonce":"0123456789abcdef","bundle":"B"}""", "format")]
    [InlineData("""{"format":1,"nonce":"short","bundle":"B"}""", "nonce")]
    [InlineData("""{"format":1,"nonce":"0123456789abcde/","bundle":"B"}""", "nonce")]
    [InlineData("""{"format":1,"nonce":"0123456789abcdef","bundle":"4.17"}""", "commitment")]
    [InlineData("""{"format":1,"nonce":"0123456789abcdef"}""", "commitment")]
    public void A_request_that_is_none_says_why(string text, string why)
    {
        text = text.Replace("\"B\"", $"\"{Done.Bundle}\"", StringComparison.Ordinal);
        var refused = Assert.Throws<ContentException>(() => ReceiptRequest.Parse(Encoding.UTF8.GetBytes(text)));
        Assert.Equal(Reasons.InvalidReceipt, refused.Reason);
        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private byte[] Sign(Receipt receipt, X509Certificate2 certificate) => SignedReceipt.Sign(receipt, certificate, [_site.Certificate]);

    private static string Refused(byte[] file, TestAuthority site)
    {
        var refused = Assert.Throws<ContentException>(() => SignedReceipt.Verify(file, [site.Certificate]));
        Assert.Equal(Reasons.InvalidReceipt, refused.Reason);
        return refused.Message;
    }
}
