#!/bin/bash
# commands.sh [-n ROUNDS] [TREE] - what people type, on Heddle's mount and on OpenAFS's afsd.fuse, in turn
#
#   -n ROUNDS    default 2
#   TREE         a directory with some hundred files that is copied and worked on (default: the modules' sources)
#
# Needs root, a cell (bin/real-cell start), openafs-fuse, git, rsync, sqlite3, perl. Prints the medians in
# milliseconds and their ratio, above 1 where Heddle is better; and which commands failed on whom: afsd.fuse
# sets no times and no owners, so that what does so has less to do there. Its close(2) does not wait for the
# file server, Heddle's does.
set -u
. "$(dirname "$0")/lib.sh"
rounds=2
while getopts n: o; do
  case $o in
    n) rounds=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
prepare_mounts
source=$work/source
mkdir "$source"
cp -r "${1:-$home/rxrpc/src}" "$source/t"
printf '[safe]\n\tdirectory = *\n[user]\n\tname = nobody\n\temail = nobody@example.org\n' >"$work/gitconfig"

cat >"$work/list.sh" <<'END'
S=$1 D=$2 work=$3
export GIT_CONFIG_GLOBAL=$work/gitconfig
cd / || exit 1
t() {
  local name=$1 begin=$EPOCHREALTIME state=ok
  sh -c "$2" >/dev/null 2>"$work/error" || {
    state=failed
    { echo "$name in $D:" && cat "$work/error"; } >>"$work/errors"
  }
  perl -e 'printf "%s %.3f %s\n", $ARGV[0], 1000 * ($ARGV[2] - $ARGV[1]), $ARGV[3]' "$name" "$begin" "$EPOCHREALTIME" $state
}
rm -rf "$D/s" && mkdir "$D/s" || exit 1
t cp-r "cp -r $S/t $D/s/t"
t ls-lR "ls -lR $D/s/t"
sleep 1.2 # the kernel's attributes expire
t ls-lR-again "ls -lR $D/s/t"
t find "find $D/s/t -type f -size +10k"
t du "du -s $D/s/t"
t grep-r "grep -r 'no such line' $D/s/t || true"
t tar "tar cf - -C $D/s t | cat"
t diff-r "diff -r $S/t $D/s/t"
t cp-a "cp -a $D/s/t $D/s/t2"
t rsync-a "rsync -a $S/t/ $D/s/t/"
t chmod-R "chmod -R u+x $D/s/t2"
t touch "find $D/s/t2 -type f -exec touch {} +"
t git-add "cd $D/s/t && git init -q . && git add -A"
t git-commit "cd $D/s/t && git commit -qm x"
t git-status "cd $D/s/t && git status"
t append-100 "for i in \$(seq 100); do echo x >>$D/s/log; done"
t dd-4k "dd if=/dev/zero of=$D/s/dd bs=4k count=5000"
t dd-4k-sync "dd if=/dev/zero of=$D/s/dd2 bs=4k count=50 oflag=sync"
t mv-100 "cd $D/s && mkdir m && for i in \$(seq 100); do : >m/\$i; done && for i in \$(seq 100); do mv m/\$i m/\$i.x; done"
t sqlite "echo 'create table a(b); insert into a values(1); insert into a values(2); select * from a;' | sqlite3 $D/s/db"
t rm-rf "rm -rf $D/s"
END

end() {
  local status=$?
  stop_mounts || status=1
  if [ $status = 0 ] && ! grep -qs '^ours.* failed$' "$work/figures"; then
    rm -rf "$work"
  else
    echo "commands.sh: the log of the mount and the errors of the commands are left in $work" >&2
  fi
}
trap end EXIT
start_mounts
"$cell" on cli2 mkdir -p "$ours/$name/scratch/commands.ours" "$ours/$name/scratch/commands.peer"
"$cell" on cli2 bash "$work/list.sh" "$source" "$ours/$name/scratch/commands.ours" "$work" >/dev/null # warms the JVM up
for round in $(seq "$rounds"); do
  "$cell" exec bash "$work/list.sh" "$source" "$peer/$name/scratch/commands.peer" "$work" | sed 's/^/peer /' >>"$work/figures"
  "$cell" on cli2 bash "$work/list.sh" "$source" "$ours/$name/scratch/commands.ours" "$work" | sed 's/^/ours /' >>"$work/figures"
  echo "round $round of $rounds" >&2
done
perl -lane '
  ($who, $what, $ms, $state) = @F; push @order, $what unless $seen{$what}++;
  push @{$v{$what}{$who}}, $ms; $failed{$what}{$who} = 1 if $state eq "failed";
  sub median { my @s = sort { $a <=> $b } @_; ($s[$#s / 2] + $s[($#s + 1) / 2]) / 2 }
  END { printf "%-12s %10s %10s  %s\n", "command", "Heddle ms", "afsd.fuse", "ratio";
    for $c (@order) { my ($o, $p) = map { median(@{$v{$c}{$_}}) } qw(ours peer);
      my @f = grep { $failed{$c}{$_} } qw(ours peer);
      printf "%-12s %10.1f %10.1f  %.2f%s\n", $c, $o, $p, $p / $o, @f ? "  failed: @f" : "" } }' "$work/figures"
