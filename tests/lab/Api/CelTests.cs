using System.Text.Json.Nodes;
using Handcarry.Lab.Api.Schemas.Cel;

namespace Handcarry.Lab.Tests.Api;

public sealed class CelTests
{
    private const string Self = """
        {"name":"cluster","size":3,"half":0.5,"on":true,"none":null,"list":["a","b"],"map":{"k":"v"},"inner":{"x":1}}
        """;

    [Theory]
    [InlineData("self.name == 'cluster'")]
    [InlineData("self.name != \"other\" && !(self.size > 3)")]
    [InlineData("has(self.inner.x) && !has(self.inner.y)")]
    [InlineData("self.size in [1, 2, 3] && !('c' in self.list) && 'k' in self.map")]
    [InlineData("self.list.all(i, i.size() == 1) && self.list.exists(i, i == 'b')")]
    [InlineData("size(self.list) == 2 && size(self.name) == 7 && size(self.map) == 1")]
    [InlineData("self.on ? self.size >= 3 : false")]
    [InlineData("self.size * 2 + 1 == 7 && self.size - 4 == -1 && 7 / 2 == 3 && 7 % 2 == 1")]
    [InlineData("self.half < 1 && self.half + 0.5 == 1.0")]
    [InlineData("self.name.startsWith('clu') && self.name.endsWith('ter') && self.name.contains('ust') && self.name.matches('^c.*r$')")]
    [InlineData("self.list[1] == 'b' && self.map['k'] == 'v' && self.none == null")]
    [InlineData("self.absent == 1 || true")]
    [InlineData("!(self.absent == 1 && false)")]
    [InlineData("'a' + 'b' == 'ab' && string(self.size) == '3'")]
    [InlineData("'a/b@c'.split('@')[0] == 'a/b' && 'a.b.c'.split('.', 2)[1] == 'b.c' && size(''.split('/')) == 1")]
    [InlineData("'xaxbx'.replace('x', '-', 2) == '-a-bx' && 'aXbX'.lowerAscii() == 'axbx'")]
    [InlineData("'a1b22'.findAll('[0-9]+').size() == 2 && 'a1b22'.find('[0-9]+') == '1'")]
    [InlineData("self.list.exists_one(i, i == 'a') && !self.list.exists_one(i, i.size() == 1)")]
    [InlineData("self.list.filter(i, i != 'a').map(i, i + i) == ['bb'] && self.list.join('-') == 'a-b'")]
    [InlineData("self.list.exists(i, i == 'a' || self.absent)")]
    [InlineData("self.?inner.x.orValue(0) == 1 && self.?absent.x.orValue(7) == 7 && !self.?inner.y.hasValue()")]
    [InlineData("!format.dns1123Subdomain().validate('a.b').hasValue() && format.dns1123Subdomain().validate('A').hasValue()")]
    [InlineData("isURL('https://example.com/a') && !isURL('example')")]
    public void A_rule_that_holds(string rule) =>
        Assert.True(CelExpression.Parse(rule).Holds(JsonNode.Parse(Self), null));

    [Theory]
    [InlineData("self.absent == 1")]
    [InlineData("self.name > 1")]
    [InlineData("self.size")]
    [InlineData("self.list[2] == 'c'")]
    [InlineData("self.size / 0 == 1")]
    [InlineData("unknown == 1")]
    public void A_rule_that_cannot_be_worked_out_is_an_error(string rule) =>
        Assert.Throws<CelException>(() => CelExpression.Parse(rule).Holds(JsonNode.Parse(Self), null));

    [Theory]
    [InlineData("self.list.sum()")]
    [InlineData("self.name.matches('(?=a)')")]
    [InlineData("format.nothing().validate(self.name).hasValue()")]
    [InlineData("duration('1s')")]
    [InlineData("self.")]
    [InlineData("(self")]
    [InlineData("self == 'a")]
    [InlineData("self ==")]
    [InlineData("self # 1")]
    public void What_is_not_understood_is_refused_when_it_is_read(string rule) =>
        Assert.Throws<FormatException>(() => CelExpression.Parse(rule));

    [Theory]
    [InlineData("self.list.all(i, i.matches('^a'))", 25)]
    [InlineData("self.?inner.x.orValue(0) == 1", 29)]
    [InlineData("!format.dns1123Label().validate(self.name).hasValue()", 31)]
    public void It_is_known_which_release_understands_a_rule_first(string rule, int minor) =>
        Assert.Equal(minor, CelExpression.Parse(rule).Since);

    [Fact]
    public void A_rule_about_the_old_value_is_known_as_such()
    {
        Assert.True(CelExpression.Parse("self == oldSelf").UsesOldSelf);
        Assert.False(CelExpression.Parse("self == 'oldSelf'").UsesOldSelf);
        Assert.True(CelExpression.Parse("self >= oldSelf").Holds(2L, 1L));
    }
}
