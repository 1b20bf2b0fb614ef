# shellcheck shell=sh disable=SC2154 # home, has_libfuse and the like are of those that source this
# Sourced by bin/heddle for the demo: installs what is missing, by apt-get where there is one.
# Elsewhere it does nothing, and what is missing is told where it is missed.

# first_known PACKAGE...: prints the first of these that apt-get can install, else the last
first_known() {
  for package; do
    if apt-cache policy "$package" 2>/dev/null | grep -q 'Candidate: [^(]'; then break; fi
  done
  echo "$package"
}

# missing_packages: prints the packages that a demo needs and has not
missing_packages() {
  has_libfuse || first_known libfuse2t64 libfuse2
  [ "$(id -u)" = 0 ] || command -v fusermount >/dev/null || first_known fuse3 fuse
  if (is_built); then
    find_jdk 21 || first_known openjdk-25-jre-headless openjdk-21-jre-headless
  else
    find_jdk 21 javac || first_known openjdk-25-jdk-headless openjdk-21-jdk-headless
    command -v mvn >/dev/null || echo maven
  fi
}

# install_missing [yes]: installs them, or says what to type and ends
install_missing() {
  command -v apt-get >/dev/null || return 0
  missing=$(missing_packages | tr '\n' ' ')
  missing=${missing% }
  [ -n "$missing" ] || return 0
  as_root=''
  if [ "$(id -u)" != 0 ]; then
    if ! command -v sudo >/dev/null || { [ "${1:-ask}" != yes ] && [ ! -t 0 ]; }; then
      die "missing: $missing. As root: apt-get install -y $missing"
    fi
    as_root=sudo
    [ "${1:-ask}" = yes ] || ask "heddle: missing: $missing. Install with sudo apt-get? [y/N] " ||
      die "not installed. To do it: sudo apt-get install -y $missing"
  fi
  echo "heddle: installing $missing ..." >&2
  # lists of packages may be old, or, in a new container, not there at all
  # shellcheck disable=SC2046 # names of packages are to be split
  $as_root env DEBIAN_FRONTEND=noninteractive sh -c 'apt-get -qq update
    exec apt-get -qq -y --no-install-recommends install "$@"' sh $(missing_packages) \
    </dev/null >/dev/null || die "apt-get install $missing failed"
}

ask() {
  printf '%s' "$1" >&2
  read -r answer || return 1
  case $answer in [yY]*) return 0 ;; *) return 1 ;; esac
}
