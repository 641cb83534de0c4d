#!/bin/sh
# Downloads a Debian package and unpacks the files of one of its folders; nothing is installed.
#   unpack-package.sh PACKAGE FOLDER-IN-PACKAGE DESTINATION
set -eu

package=$1 folder=$2 destination=$3
[ -d "$destination" ] && exit 0

"$(dirname "$0")/install-dependencies.sh" data
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
fetch() { apt-get -q -o APT::Sandbox::User=root download "$package" >download.log 2>&1; }
if ! fetch; then
  # A fresh machine has no package lists yet.
  as_root=
  [ "$(id -u)" = 0 ] || as_root=sudo
  $as_root apt-get update -qq
  fetch || { cat download.log >&2; exit 1; }
fi
dpkg-deb -x "$package"_*.deb unpacked
cd "$OLDPWD"
mkdir -p "$(dirname "$destination")"
rm -rf "$destination.partial"
cp -R "$work/unpacked/$folder" "$destination.partial"
mv "$destination.partial" "$destination"
