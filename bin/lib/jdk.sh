# shellcheck shell=sh disable=SC2034 # jdk_home is for those that source this
# Sourced by the other scripts: finds a JDK that is new enough. Reading the file `release` instead of
# asking `java -version` saves the start of a JVM.

# major_version DIR: prints the major version of the Java in DIR, 0 if there is none
major_version() {
  if [ ! -x "$1/bin/java" ]; then
    echo 0
    return
  fi
  if [ -r "$1/release" ]; then
    version=$(sed -n 's/^JAVA_VERSION="\(1\.\)\{0,1\}\([0-9]*\).*/\2/p' "$1/release")
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\(1\.\)\{0,1\}\([0-9]*\).*/\2/p')
  fi
  echo "${version:-0}"
}

# find_jdk MINIMUM [PROGRAM]: sets jdk_home and jdk_version. JAVA_HOME wins if it is new enough, then
# the newest in /usr/lib/jvm, then the java on the PATH. PROGRAM (javac, say) must be in its bin.
find_jdk() {
  jdk_home='' jdk_version=0
  if [ -n "${JAVA_HOME:-}" ] && [ -x "$JAVA_HOME/bin/${2:-java}" ]; then
    jdk_home=$JAVA_HOME jdk_version=$(major_version "$JAVA_HOME")
    [ "$jdk_version" -lt "$1" ] || return 0
  fi
  for dir in /usr/lib/jvm/*; do
    if [ ! -L "$dir" ] && [ -x "$dir/bin/${2:-java}" ]; then
      version=$(major_version "$dir")
      if [ "$version" -gt "$jdk_version" ]; then
        jdk_home=$dir jdk_version=$version
      fi
    fi
  done
  [ "$jdk_version" -lt "$1" ] || return 0
  if program=$(command -v "${2:-java}"); then
    dir=$(readlink -f "$program")
    jdk_home=${dir%/bin/*} jdk_version=$(major_version "${dir%/bin/*}")
    [ "$jdk_version" -lt "$1" ] || return 0
  fi
  jdk_home='' jdk_version=0
  return 1
}

# jvm_flags VERSION: prints the flags without which that JVM complains about native access, one a line
jvm_flags() {
  echo --enable-native-access=ALL-UNNAMED # known from 21 on
  # unknown before 23, where it would stop the JVM
  [ "$1" -lt 23 ] || echo --sun-misc-unsafe-memory-access=allow
}
