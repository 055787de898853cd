#!/bin/sh
# Takes Handcarry's agent off this node again. Repeating it does no harm.
set -eu

usage() {
    cat <<'TEXT'
Usage: uninstall.sh [--purge] [--root DIR]

  --purge     also remove /etc/handcarry and /var/lib/handcarry: configuration, certificates, blobs, and images that are not in the runtime's own storage
  --root DIR  another tree than this host's own

Exit codes: 0 gone, 1 a step failed, 2 the arguments do not fit, or the node is armed.
TEXT
}

root='' purge=no
while [ $# -gt 0 ]; do
    case "$1" in
        --purge) purge=yes; shift ;;
        --root) [ $# -ge 2 ] || { echo "uninstall.sh: --root needs a value." >&2; exit 2; }; root=${2%/}; shift 2 ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; echo "uninstall.sh: there is no option $1." >&2; exit 2 ;;
    esac
done
[ "$(id -u)" = 0 ] || { echo "uninstall.sh: it is not run by root." >&2; exit 2; }

# The container runtime of an armed node looks for images in /var/lib/handcarry.
if [ "$purge" = yes ] && [ -e "$root/var/lib/handcarry/arming/journal.json" ]; then
    echo "uninstall.sh: nothing was changed, because this node is armed and its container runtime reads /var/lib/handcarry: run \`handcarry disarm\` first." >&2
    exit 2
fi

if [ -e "$root/etc/systemd/system/handcarry-agent.service" ]; then
    if [ -n "$root" ]; then
        systemctl --root="$root" --quiet disable handcarry-agent.service
    else
        systemctl --quiet disable --now handcarry-agent.service
    fi
    rm -f "$root/etc/systemd/system/handcarry-agent.service"
    [ -n "$root" ] || systemctl daemon-reload
fi
for command in handcarry oc-handcarry kubectl-handcarry; do
  [ "$(readlink "$root/usr/local/bin/$command" || true)" != "/usr/local/lib/handcarry/current/bin/$command" ] || rm -f "$root/usr/local/bin/$command"
done
rm -rf "$root/usr/local/lib/handcarry"
if [ "$purge" = yes ]; then
    rm -rf "$root/etc/handcarry" "$root/var/lib/handcarry"
    echo "Handcarry is gone from this node."
else
    echo "Handcarry is gone from this node but for /etc/handcarry and /var/lib/handcarry, which --purge removes."
fi
