#!/bin/bash
# compare.sh [OPTION...] - Heddle's mount beside OpenAFS's afsd.fuse, on the same real cell, in turn
#
#   -n ROUNDS         default 6; in each round each group is measured with both, one after the other,
#                     in odd rounds afsd.fuse first, in even ones Heddle: so better an even number
#   -g "A B ..."      only these groups (of measure.sh; default: all but those with parallel readers,
#                     which afsd.fuse does not survive)
#   -e restart|flush  how Heddle's cache is emptied before a cold figure: by a new process, as that of
#                     afsd.fuse is (default), or by `heddle fs flushvolume` in the running one
#   -w TIMES          with flush: how often Heddle does all groups first, unmeasured; default 3
#   -o FILE           all single figures go there, one a line
#   -- ARGUMENT...    further arguments of heddle mount
#
# Needs root, a cell (bin/real-cell start), openafs-fuse, perl. Prints per metric both medians (least to
# most) and the ratio Heddle/afsd.fuse of each round: its quartiles; above 1 Heddle is better.
set -u
. "$(dirname "$0")/lib.sh"
rounds=6 groups="write create untar read ls1000 lsl1000 stat1000 ls10000 small" empty=restart warmups=3 out=
while getopts n:g:e:w:o: o; do
  case $o in
    n) rounds=$OPTARG ;; g) groups=$OPTARG ;; e) empty=$OPTARG ;; w) warmups=$OPTARG ;; o) out=$OPTARG ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
prepare_mounts
out=${out:-$work/figures}
echo "single figures: $out" >&2
: >"$out"
trap stop_mounts EXIT
start_mounts "$@"
"$cell" on cli2 mkdir -p "$ours/$name/scratch/compare.ours" "$ours/$name/scratch/compare.peer"
restart="sh $work/heddle.sh restart"
[ "$empty" = restart ] || restart="'$home/bin/heddle' fs flushvolume $ours/$name/scratch"

# one process more that learns, so that the measured ones begin with that
"$cell" on cli2 "$home/bench/mount/measure.sh" -n 1 -k -m "create|ls1000|small|read" "$ours/$name/scratch/compare.ours" >/dev/null
heddle_mount restart || exit 1
if [ "$empty" = flush ]; then
  for _ in $(seq "$warmups"); do
    "$cell" on cli2 "$home/bench/mount/measure.sh" -n 1 -k -m "$(echo "$groups" | tr ' ' '|')" -R "$restart" \
      "$ours/$name/scratch/compare.ours" >/dev/null 2>&1
  done
fi
measure_peer() { # ROUND GROUP
  "$cell" exec "$home/bench/mount/measure.sh" -n 1 -k -m "$2" -R "$cell peer restart $peer" \
    "$peer/$name/scratch/compare.peer" | sed "s/^/peer $1 /" >>"$out"
}
measure_ours() { # ROUND GROUP
  "$cell" on cli2 "$home/bench/mount/measure.sh" -n 1 -k -m "$2" -R "$restart" \
    "$ours/$name/scratch/compare.ours" | sed "s/^/ours $1 /" >>"$out"
}
for round in $(seq "$rounds"); do
  for group in $groups; do
    # who comes second may find the server slower: its ext4 passes over inodes freed within the minute
    if [ $((round % 2)) = 1 ]; then measure_peer "$round" "$group"; measure_ours "$round" "$group"
    else measure_ours "$round" "$group"; measure_peer "$round" "$group"; fi
    echo "round $round of $rounds: $group" >&2
  done
done
perl -lane '
  ($who, $round, $metric, $value, $unit) = @F; next unless defined $unit;
  push @order, $metric unless $seen{$metric}++; $unit{$metric} = $unit; $v{$metric}{$who}{$round} = $value;
  sub at { my ($q, @s) = @_; @s = sort { $a <=> $b } @s; my $i = $q * $#s; my $l = int $i;
    $l == $#s ? $s[$l] : $s[$l] + ($i - $l) * ($s[$l + 1] - $s[$l]) }
  sub all { my @s = sort { $a <=> $b } @_; @s ? sprintf("%10.4g (%.4g-%.4g)", at(.5, @s), $s[0], $s[-1]) : "-" }
  END { printf "%-26s %-7s %-34s %-34s %s\n", "metric", "unit", "Heddle", "afsd.fuse", "ratio (quartiles)";
    for $m (@order) { my ($o, $p) = @{$v{$m}}{qw(ours peer)};
      my @r = map { my $r = $o->{$_} / $p->{$_}; $unit{$m} eq "s" ? 1 / $r : $r } grep { $p->{$_} && $o->{$_} } keys %$o;
      printf "%-26s %-7s %-34s %-34s %s\n", $m, $unit{$m}, all(values %$o), all(values %$p),
        @r ? sprintf("%.2f (%.2f-%.2f)", at(.5, @r), at(.25, @r), at(.75, @r)) : "-" } }' "$out"
