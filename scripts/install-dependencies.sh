#!/bin/sh
# Installs the Debian packages that are missing among those named: command or header, package.
#   install-dependencies.sh build|data|test
set -eu

missing=
need_header() { [ -e "/usr/include/$1" ] || [ -e "/usr/local/include/$1" ] || missing="$missing $2"; }
need_command() { command -v "$1" >/dev/null 2>&1 || missing="$missing $2"; }

case ${1:-build} in
build)
  need_header png.h libpng-dev
  need_header zlib.h zlib1g-dev
  ;;
data)
  need_command dpkg-deb dpkg
  ;;
test)
  need_command mandoc mandoc
  need_command groff groff-base
  need_command python3 python3
  python3 -c 'import ensurepip' 2>/dev/null || missing="$missing python3-venv"
  ;;
esac

[ -n "$missing" ] || exit 0
if ! command -v apt-get >/dev/null 2>&1; then
  echo "please install:$missing (this script knows apt-get only)" >&2
  exit 1
fi
as_root=
[ "$(id -u)" = 0 ] || as_root=sudo
echo "installing$missing"
$as_root apt-get update -qq
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends $missing
