#!/bin/sh
# Installs or updates Handcarry's agent as a service of this node (docs/deploy.md). What is there already and as it should be is left alone, so that it can be
# repeated; a new version takes the place of the old one by one rename.
set -eu

usage() {
    cat <<'TEXT'
Usage: install.sh [--address IP --kubeconfig FILE] [--node NAME] [--config FILE] [--root DIR] [--no-start]

  --address IP        address of this node at which the other agents reach it
  --kubeconfig FILE   how the agent reaches the Kubernetes API; copied to /etc/handcarry/kubeconfig
  --node NAME         the Kubernetes node's name; without it, this host's name
  --config FILE       a complete handcarry.yaml instead of one made of the above
  --root DIR          another tree than this host's own; nothing is started there
  --no-start          install and enable, but do not start

The configuration that is already there stays unless --config or --address says otherwise.
Exit codes: 0 installed, 1 a step failed, 2 the arguments or this node do not fit.
TEXT
}

refuse() { echo "install.sh: $*" >&2; exit 2; }

address='' kubeconfig='' node='' config='' root='' start=yes
while [ $# -gt 0 ]; do
    case "$1" in
        --address | --kubeconfig | --node | --config | --root)
            [ $# -ge 2 ] || refuse "$1 needs a value."
            case "$1" in
                --address) address=$2 ;;
                --kubeconfig) kubeconfig=$2 ;;
                --node) node=$2 ;;
                --config) config=$2 ;;
                --root) root=${2%/} ;;
            esac
            shift 2
            ;;
        --no-start) start=no; shift ;;
        --help | -h) usage; exit 0 ;;
        *) usage >&2; refuse "there is no option $1." ;;
    esac
done

here=$(cd "$(dirname "$0")" && pwd)
version=$(cat "$here/VERSION") arch=$(cat "$here/ARCH")
settings=$root/etc/handcarry
home=/usr/local/lib/handcarry
unit=/etc/systemd/system/handcarry-agent.service

# What does not fit is told before anything is changed, all of it.
problems=''
problem() { problems="$problems
  $*"; }
[ "$(id -u)" = 0 ] || problem "it is not run by root."
[ -n "$root" ] || [ "$(uname -m)" = "$arch" ] || problem "this archive is for $arch, and this node is $(uname -m): take the other archive."
[ -z "$root" ] || [ -d "$root" ] || problem "there is no folder $root."
for file in "$config" "$kubeconfig"; do [ -z "$file" ] || [ -f "$file" ] || problem "there is no file $file."; done
[ -z "$config" ] || [ -z "$address$kubeconfig$node" ] || problem "--config is a whole configuration: leave --address, --kubeconfig and --node out, or it."
if [ -z "$config" ] && [ -n "$address" ] && [ -z "$kubeconfig" ] && ! [ -f "$settings/kubeconfig" ]; then problem "--address needs --kubeconfig."; fi
if [ -z "$config$address" ] && ! [ -f "$settings/handcarry.yaml" ]; then problem "this node has no configuration yet: give --address and --kubeconfig, or --config."; fi
for program in skopeo podman mount; do
    [ -x "$root/usr/bin/$program" ] || [ -x "$root/bin/$program" ] || problem "there is no $program, which the agent needs: install it."
done
command -v systemctl >/dev/null || problem "there is no systemctl: the agent is a service of systemd."
[ -z "$problems" ] || refuse "nothing was changed, because$problems"

# put FILE MODE   Standard input becomes FILE, complete or not at all; says so when that changes it.
changed=no
put() {
    mkdir -p "$(dirname "$1")"
    cat >"$1.new"
    chmod "$2" "$1.new"
    if cmp -s "$1" "$1.new"; then rm "$1.new"; return; fi
    mv "$1.new" "$1"
    changed=yes
    echo "wrote ${1#"$root"}"
}

# 1. The program, beside an older one that may be running.
target=$root$home/$version
if ! [ -d "$target" ] || ! [ "$(cat "$target/DIGEST" 2>/dev/null)" = "$(cat "$here/DIGEST")" ]; then
    rm -rf "$target.new"
    mkdir -p "$target.new"
    cp -a "$here/bin" "$target.new/bin"
    cp "$here/DIGEST" "$target.new/DIGEST"
    rm -rf "$target"
    mv "$target.new" "$target"
    changed=yes
    echo "wrote $home/$version"
fi
before=$(readlink "$root$home/current" || true)
if [ "$before" != "$version" ]; then
    ln -sfn "$version" "$root$home/current.new"
    mv -T "$root$home/current.new" "$root$home/current"
    changed=yes
    echo "$home/current is $version${before:+, it was $before}"
fi
mkdir -p "$root/usr/local/bin"
# The latter two make it a plugin of oc and kubectl.
for command in handcarry oc-handcarry kubectl-handcarry; do
  [ "$(readlink "$root/usr/local/bin/$command" || true)" = "$home/current/bin/$command" ] || ln -sfn "$home/current/bin/$command" "$root/usr/local/bin/$command"
done

# 2. The configuration.
mkdir -p "$settings"
chmod 700 "$settings"
[ -z "$kubeconfig" ] || put "$settings/kubeconfig" 600 <"$kubeconfig"
if [ -n "$config" ]; then
    put "$settings/handcarry.yaml" 600 <"$config"
elif [ -n "$address" ]; then
    put "$settings/handcarry.yaml" 600 <<YAML
# Made by install.sh; docs/configuration.md explains each setting.
node: { name: "${node:-$(uname -n)}" }
remoting: { host: "$address" }
tls:
  ca: /var/lib/handcarry/tls/ca.crt
  certificate: /var/lib/handcarry/tls/tls.crt
  key: /var/lib/handcarry/tls/tls.key
  authority: handcarry-authority
cluster: { discover: nodes }
kubernetes: { kubeconfig: /etc/handcarry/kubeconfig, namespace: handcarry }
YAML
fi

# 3. The service. Its hardening is that of deploy/systemd, with the program where nodes with a read-only /usr have room.
put "$root$unit" 644 <<UNIT
$(sed "s|/usr/lib/handcarry/|$home/current/bin/|" "$here/handcarry-agent.service")
UNIT

# 4. Labels, where the node has SELinux: a program under a folder named bin is one that services may start.
if [ -z "$root" ] && [ -e /sys/fs/selinux/enforce ] && command -v restorecon >/dev/null; then
    restorecon -RF "$home" /usr/local/bin/handcarry /usr/local/bin/oc-handcarry /usr/local/bin/kubectl-handcarry "$settings" "$unit"
fi

# 5. Enabled, and started when something is new.
if [ -n "$root" ]; then
    systemctl --root="$root" --quiet enable handcarry-agent.service
else
    systemctl daemon-reload
    systemctl --quiet enable handcarry-agent.service
    if [ "$start" = yes ]; then
        if [ "$changed" = yes ]; then systemctl restart handcarry-agent.service; else systemctl start handcarry-agent.service; fi
        echo "handcarry-agent is $(systemctl is-active handcarry-agent.service || true)"
    fi
fi

# 6. Versions before the one that was replaced are of no more use.
for old in "$root$home"/*/; do
    old=$(basename "$old")
    case "$old" in "$version" | "${before:-$version}" | current) ;; *) rm -rf "$root$home/$old" ;; esac
done
echo "Handcarry $version is installed."
