#!/bin/bash
# image_rootfs.sh BINARY FOLDER [SYSTEM]: makes FOLDER the root file system of the container image: BINARY, the libraries that
# it loads, CA certificates, one user and the licence texts. They come from this system, or from the root file system SYSTEM
# of another architecture (scripts/minimal_root.sh). The Dockerfile and scripts/image.sh both use it.
set -euo pipefail
binary=$1 root=$2 system=${3:-}
here=$(cd "$(dirname "$0")" && pwd)

rm -rf "$root"
# The empty folders are where a container engine mounts things; a read-only root has no room for new ones.
install -d "$root"/{dev,etc/ssl/certs,proc,run,sys,usr/bin} "$root"/home/aic
install -d -m 1777 "$root/tmp"
install -m 755 "$binary" "$root/usr/bin/aic-mcp-server"

# The dynamic loader and the libraries, at the paths where the loader looks for them; /lib is a link to /usr/lib in
# Debian, here a folder of its own.
if [ -z "$system" ]; then
  ldd "$binary" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }' | while read -r library; do
    install -D -m 755 "$(readlink -f "$library")" "$root$library"
  done
else
  # ldd would have to run the program. All that it loads is glibc's (scripts/check_release.sh), which loads nothing else.
  readelf="llvm-readelf-${AIC_LLVM:-19}"
  loader=$("$readelf" --string-dump=.interp "$binary" | sed -n 's|.*\] *\(/.*\)|\1|p')
  install -D -m 755 "$system$loader" "$root$loader"
  "$readelf" --dynamic "$binary" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' | grep -v ^ld- | while read -r library; do
    library=$(cd "$system" && ls -d lib/*/"$library")
    install -D -m 755 "$system/$library" "$root/$library"
  done
fi

install -m 644 "$system/etc/ssl/certs/ca-certificates.crt" "$root/etc/ssl/certs/"
echo 'aic:x:65532:65532::/home/aic:/sbin/nologin' >"$root/etc/passwd"
echo 'aic:x:65532:' >"$root/etc/group"
# libc has both sources of names inside (2.34 and later); without this file it asks neither in this order.
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
# An engine puts its own files over these two.
echo '127.0.0.1 localhost' >"$root/etc/hosts"
: >"$root/etc/resolv.conf"

AIC_ROOT=$system "$here/licences.sh" "$root/usr/share/doc/aic-mcp-server" libc6 ca-certificates
