#!/bin/bash
# try_on.sh [--ccache FOLDER] SUITE [COMMAND…]: what a newcomer gets: makes a fresh root of a release of Debian or Ubuntu
# (bookworm, trixie, noble …) in build/try/SUITE, clones the last commit into its /source and runs COMMAND there, as root:
# ./dev build unless told otherwise. The root stays for a look inside, until the next run. Downloaded packages are kept for
# the next run, too. FOLDER is ccache's, to compile only once what is the same.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/packages.sh

stop() {
  echo "$1" >&2
  exit 2
}

# What has been mounted goes with this namespace, however the script ends, and so do the processes in it.
if [ -z "${AIC_TRY_NAMESPACE:-}" ]; then
  [ "$(id -u)" = 0 ] || stop "only root can make a root file system: sudo $0 $*"
  AIC_TRY_NAMESPACE=1 exec unshare --mount --pid --fork --kill-child "$0" "$@"
fi

ccache=
if [ "${1:-}" = --ccache ]; then
  ccache=$2
  shift 2
fi
[ $# != 0 ] || stop "usage: scripts/try_on.sh [--ccache FOLDER] SUITE [COMMAND…]"
suite=$1
shift
[ $# != 0 ] || set -- ./dev build

command -v debootstrap >/dev/null || logged install_packages debootstrap || stop "debootstrap is needed: apt-get install debootstrap"
scripts=/usr/share/debootstrap/scripts
script=$scripts/$suite
# Debian's debootstrap knows Ubuntu's older releases only; the newer ones are made in the same way.
[ -e "$script" ] || script=$scripts/gutsy
if [[ $(readlink -f "$script") == */gutsy ]]; then
  mirror=http://archive.ubuntu.com/ubuntu
  security=$mirror
  components=main,universe
  keys=ubuntu-archive-keyring
else
  mirror=http://deb.debian.org/debian
  security=http://deb.debian.org/debian-security
  components=main
  keys=debian-archive-keyring
fi
keyring=/usr/share/keyrings/$keys.gpg
[ -f "$keyring" ] || stop "the keys that $mirror signs with are not here: the package ${keys/ubuntu-archive/ubuntu} has $keyring"

root=$PWD/build/try/$suite
archives=$PWD/build/try/archives-$suite
mkdir -p "$archives"
rm -rf --one-file-system "$root"
# An authority of this machine's own, such as a proxy's, is trusted there as it is here.
own_authorities=$(find /usr/local/share/ca-certificates -name '*.crt' 2>/dev/null || true)
bootstrap=(debootstrap --variant=minbase "--components=$components" "--keyring=$keyring" "--cache-dir=$archives"
  ${own_authorities:+--include=ca-certificates} "$suite" "$root" "$mirror" "$script")
if ! log=$("${bootstrap[@]}" 2>&1); then
  tail -n 5 <<<"$log" >&2
  stop "no root of $suite could be made from $mirror"
fi
for each in "$mirror $suite" "$mirror $suite-updates" "$security $suite-security"; do
  echo "deb $each ${components//,/ }"
done >"$root/etc/apt/sources.list"
cp -L /etc/hosts /etc/resolv.conf "$root/etc/"
git clone --quiet . "$root/source"

mount --make-rprivate /
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --rbind /sys "$root/sys"
mount --bind "$archives" "$root/var/cache/apt/archives"
environment=(HOME=/root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "TERM=${TERM:-dumb}")
if [ -n "$ccache" ]; then
  mkdir -p "$root/root/.cache/ccache"
  mount --bind "$ccache" "$root/root/.cache/ccache"
fi
if [ -n "$own_authorities" ]; then
  mkdir -p "$root/usr/local/share/ca-certificates"
  cp $own_authorities "$root/usr/local/share/ca-certificates/"
  chroot "$root" update-ca-certificates >/dev/null 2>&1
  # Node and Python have lists of their own.
  environment+=(NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt PIP_CERT=/etc/ssl/certs/ca-certificates.crt)
fi

started=$SECONDS status=0
env -i "${environment[@]}" chroot "$root" /bin/bash -c 'cd /source && exec "$@"' - "$@" </dev/null || status=$?
echo "$suite: $* ended with $status after $(((SECONDS - started) / 60)) min $(((SECONDS - started) % 60)) s" >&2
exit $status
