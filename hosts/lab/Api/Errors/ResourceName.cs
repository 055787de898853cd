namespace Handcarry.Lab.Api.Errors;

/// <summary>A plural (GroupResource) or a kind (GroupKind) with its group; prints as <c>leases.coordination.k8s.io</c>.</summary>
internal readonly record struct ResourceName(string Group, string Word)
{
    public override string ToString() => Group.Length == 0 ? Word : $"{Word}.{Group}";
}
