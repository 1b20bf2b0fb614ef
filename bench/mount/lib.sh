# Sourced by the scripts that compare: Heddle's mount on the cell's host cli2 and OpenAFS's afsd.fuse on cli1.

home=$(cd "$(dirname "$0")/../.." && pwd)
cell=$home/bin/real-cell

die() {
  echo "${0##*/}: $*" >&2
  exit 1
}

usage() { # prints the comment that the script begins with
  sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0"
  exit 2
}

# Sets name and HEDDLE_CELL_DB (of the cell), work (a directory, left to the script), ours and peer (where to mount)
prepare_mounts() {
  "$cell" status >/dev/null 2>&1 || die "no cell; start one: bin/real-cell start"
  [ -x /usr/sbin/afsd.fuse ] || die "no afsd.fuse (Debian: apt-get install openafs-fuse)"
  eval "$("$cell" env)"
  name=${HEDDLE_CELL_NAME:-test.example}
  work=$(mktemp -d)
  ours=$work/ours peer=$work/peer
  mkdir "$ours" "$peer"
}

start_mounts() { # start_mounts [ARGUMENT...]   further arguments of heddle mount
  cat >"$work/heddle.sh" <<END
case \$1 in
  stop | restart)
    if [ -e $work/pid ]; then
      kill \$(cat $work/pid)
      while [ -e /proc/\$(cat $work/pid) ]; do sleep 0.05; done
    fi
    rm -rf $work/caches ;;
esac
case \$1 in
  start | restart)
    XDG_CACHE_HOME=$work/caches setsid "$home/bin/heddle" mount \\
      --cell $name --vlserver $HEDDLE_CELL_DB $* $ours </dev/null >>$work/log 2>&1 &
    echo \$! >$work/pid
    for i in \$(seq 2400); do
      [ -d $ours/$name ] && exit 0
      [ -e /proc/\$! ] || { rm $work/pid; break; } # the log says why it has ended
      sleep 0.05
    done
    cat $work/log >&2
    exit 1 ;;
esac
END
  "$cell" peer start "$peer" >&2 || exit 1
  heddle_mount start || exit 1
}

heddle_mount() { # heddle_mount start|stop|restart   with an empty cache
  "$cell" on cli2 sh "$work/heddle.sh" "$1"
}

stop_mounts() { # fails if one is still there
  heddle_mount stop
  "$cell" peer stop "$peer" >/dev/null 2>&1
  rmdir "$ours" "$peer"
}
