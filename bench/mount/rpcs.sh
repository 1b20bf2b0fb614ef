#!/bin/bash
# rpcs.sh [OPTION...] - what each operation costs in RPCs and datagrams: Heddle's mount beside OpenAFS's
# afsd.fuse, on the same real cell
#
#   -m "A|B|..."      only these operations (a pattern)
#   -v                print the names of the RPCs too
#   -- ARGUMENT...    further arguments of heddle mount
#
# Needs root, a cell (bin/real-cell start), openafs-fuse, tshark, perl. Both are captured while they do
# the same. Not counted as calls are GetCapabilities, by which both look every few minutes whether a server is
# there, and TellMeAboutYourself, which a server asks on each new connection. The exit status is 1 if Heddle
# makes more calls than afsd.fuse for any operation, but for those that are listed with a reason.
# Datagrams depend on time too (acknowledgements are delayed), so more than a tenth more of them
# (and more than 2) is only marked.
set -u
. "$(dirname "$0")/lib.sh"
only='.*' verbose=
while getopts m:v o; do
  case $o in
    m) only=$OPTARG ;; v) verbose=1 ;;
    *) usage ;;
  esac
done
shift $((OPTIND - 1))
command -v tshark >/dev/null || die "no tshark (Debian: apt-get install tshark)"
prepare_mounts
mkdir "$work/tree"
for i in $(seq 5); do
  mkdir "$work/tree/d$i"
  for j in $(seq 6); do head -c $((j * 3000)) /dev/zero >"$work/tree/d$i/f$j"; done
done
tar -C "$work" -cf "$work/tree.tar" tree

# NAME, where the cache is emptied before it ("cold") or not ("-"), how many calls more are no surprise, what is
# done. More calls are made by design:
#   statfs (df, and the first thing that find and rm -r do) is answered by the server; afsd.fuse makes it up
#   touch: afsd.fuse cannot set times at all
#   sync-3: each write of a file opened with O_SYNC is on the server; afsd.fuse stores at the close only
#   big-cold: two readers ahead may ask for one chunk
#   big-write: is stored in pieces while it is being written; afsd.fuse begins at the close
#   unlink: the links of a file with two names are counted by the server when one is gone; no server promises
#     anything of a link that it makes, so a second later it is looked at again
cat >"$work/operations" <<END
ls-1000-cold cold 0 ls -l d1000
ls-1000-warm - 0 ls -l d1000
stat-cold cold 0 stat d1000/f500
stat-warm - 0 stat d1000/f500
stat-100-cold cold 0 seq -f d1000/f%g 100 199 | xargs stat
small-cold cold 0 cat d1000/f7
small-warm - 0 cat d1000/f7
small-20-cold cold 0 seq -f d1000/f%g 300 319 | xargs cat
big-cold cold 1 cat big
big-warm - 0 cat big
find-cold cold 1 find tree -type f | xargs cat
create - 0 head -c 4096 /dev/zero >new
create-empty - 0 : >empty
append - 0 echo x >>new
overwrite - 0 head -c 4096 /dev/zero >new
big-write - 7 head -c 33554432 /dev/zero >newbig
truncate - 0 truncate -s 100 newbig
chmod - 0 chmod 600 new
touch - 1 touch -d 2001-02-03 new
symlink - 0 ln -s new symlink
link - 0 ln new link
rename - 0 mv new renamed
rename-over - 0 mv empty renamed
save-by-rename - 0 echo y >doc.tmp; mv doc.tmp doc
unlink - 2 rm renamed link symlink
mkdir - 0 mkdir made
create-20 - 0 for i in \$(seq 20); do head -c 4096 /dev/zero >made/\$i; done
fsync - 0 dd if=/dev/zero of=synced bs=4k count=3 conv=fsync
sync-3 - 2 dd if=/dev/zero of=synced2 bs=4k count=3 oflag=sync
unlink-20 - 0 rm made/*
rmdir - 0 rmdir made
mkdir-20 - 0 mkdir \$(seq -f n%g 20)
rmdir-20 - 0 rmdir \$(seq -f n%g 20)
untar - 0 tar --no-same-owner -m -xf $work/tree.tar -C un
cp-r - 0 cp -r un un2
rm-r - 1 rm -r un2
df - 1 df .
END

# begin and end of an operation go into the capture as datagrams to port 9, which nobody takes
cat >"$work/operate" <<'END'
mark() { echo "$1" >"/dev/udp/$server/9"; }
cd "$directory" || exit 1
sleep 1.5 # what the one before it left to be done; the kernel's attributes expire
mark "begin $1"
eval "$2" >/dev/null 2>"$errors"
status=$?
sleep 1.5 # acknowledgements, and what is stored after close has returned
mark "end $1"
[ $status = 0 ] || { echo "rpcs.sh: $1 failed: $(cat "$errors")" >&2; exit 1; }
END

capture() { # capture HOST FILE
  "$cell" on "$1" dumpcap -q -P -i eth0 -B 64 -f 'udp and (portrange 7000-7009 or dst port 9)' \
    -w "$2" 2>"$2.err" &
  until grep -q '^File:' "$2.err" 2>/dev/null; do sleep 0.1; done
}
captures=()
end() {
  for pid in "${captures[@]}"; do kill "$pid" 2>/dev/null; done
  stop_mounts && rm -rf "$work"
}
trap end EXIT
export HEDDLE_LEARN=no
start_mounts -v "$@"

place=$name/scratch/rpcs.$$
prepare() { # prepare HOST DIRECTORY
  "$cell" on "$1" bash -e -c "mkdir $2; cd $2; mkdir d1000 un; for i in \$(seq 1000); do echo \$i >d1000/f\$i; done
    head -c 33554432 /dev/zero >big; cp -r $work/tree tree" || exit 1
}
prepare cli2 "$ours/$place.ours"
prepare cli1 "$peer/$place.peer"
capture cli1 "$work/peer.pcap"; captures+=($!)
capture cli2 "$work/ours.pcap"; captures+=($!)
operate() { # operate HOST DIRECTORY OPERATION COMMAND
  "$cell" on "$1" env directory="$2" server="$HEDDLE_CELL_DB" errors="$work/errors-$1" \
    bash "$work/operate" "$3" "$4"
}
while read -r -u 3 operation cold _ command; do
  [[ $operation =~ ^($only)$ ]] || continue
  if [ "$cold" = cold ]; then
    "$cell" peer restart "$peer" >/dev/null 2>&1
    heddle_mount restart
    "$cell" on cli1 ls -l "$peer/$place.peer" >/dev/null
    "$cell" on cli2 ls -l "$ours/$place.ours" >/dev/null
  fi
  operate cli1 "$peer/$place.peer" "$operation" "$command" &
  operate cli2 "$ours/$place.ours" "$operation" "$command"
  wait $!
done 3<"$work/operations"
for pid in "${captures[@]}"; do kill -INT "$pid"; wait "$pid"; done 2>/dev/null
captures=()
"$cell" on cli2 rm -rf "$ours/$place.ours" "$ours/$place.peer"

for who in peer ours; do
  tshark -n -r "$work/$who.pcap" -T fields -E separator='|' -e udp.srcport -e udp.dstport -e udp.payload 2>/dev/null |
    sed "s/^/$who|/"
done | perl -F'\|' -lane '
  BEGIN { ($verbose, $operations) = splice @ARGV, 0; open my $in, "<", $operations or die;
    while (<$in>) { my ($name, $cold, $more) = split; $more{$name} = $more }
    %cb = (204, "CallBack", 205, "InitCallBackState", 206, "Probe", 213, "InitCallBackState3", 214, "ProbeUuid",
      65538, "TellMeAboutYourself");
    %fs = (130, "FetchData", 131, "FetchACL", 132, "FetchStatus", 133, "StoreData", 134, "StoreACL", 135, "StoreStatus",
      136, "RemoveFile", 137, "CreateFile", 138, "Rename", 139, "Symlink", 140, "Link", 141, "MakeDir", 142, "RemoveDir",
      147, "GiveUpCallBacks", 149, "GetVolumeStatus", 153, "GetTime", 155, "BulkStatus", 156, "SetLock",
      157, "ExtendLock", 158, "ReleaseLock", 161, "Lookup", 65536, "InlineBulkStatus", 65537, "FetchData64",
      65538, "StoreData64", 65539, "GiveUpAllCallBacks", 65540, "GetCapabilities") }
  my ($who, $from, $to, $payload) = @F; $payload = pack "H*", $payload =~ s/://gr;
  if ($to == 9) { my ($what, $op) = split " ", $payload;
    $now{$who} = $what eq "begin" ? $op : undef; push @order, $op if $what eq "begin" && !$seen{$op}++; next }
  my $op = $now{$who} // next;
  # what the kernel will cut (UDP_SEGMENT) is captured as one; each part begins with the epoch
  my $epoch = quotemeta substr $payload, 0, 4;
  for my $packet (split /(?!^)(?=$epoch)/s, $payload) {
    $datagrams{$op}{$who}++;
    my ($cid, $call, $seq, $type, $flags, $number) = unpack "x4 N3 x4 C2 x6 N", $packet . "\0" x 4;
    next unless $type == 1 && $flags & 1 && $seq == 1 && !$calls{"$who $from $epoch $cid $call"}++;
    my $name = $to == 7000 ? $fs{$number} // "fs$number" : $to == 7003 ? "VL$number" : $cb{$number} // "CB$number";
    $names{$op}{$who}{$name}++;
    $rpcs{$op}{$who}++ unless $name =~ /^(GetCapabilities|TellMeAboutYourself)$/;
  }
  END { printf "%-16s %9s %9s   %9s %9s\n%-16s %9s %9s   %9s %9s\n", "", "RPCs", "", "datagrams", "",
      "", "Heddle", "afsd.fuse", "Heddle", "afsd.fuse";
    for my $op (@order) {
      my @r = map { $rpcs{$op}{$_} // 0 } qw(ours peer); my @d = map { $datagrams{$op}{$_} // 0 } qw(ours peer);
      my $more = $r[0] > $r[1] + $more{$op} ? "  MORE CALLS" : $d[0] > $d[1] * 1.1 && $d[0] > $d[1] + 2 ? "  more datagrams" : "";
      $failed ||= $more =~ /MORE/;
      printf "%-16s %9d %9d   %9d %9d%s\n", $op, @r, @d, $more;
      for my $who ($verbose ? qw(ours peer) : ()) { my $n = $names{$op}{$who};
        printf "    %s: %s\n", $who, join " ", map { "$n->{$_} $_" } sort keys %$n } }
    exit($failed ? 1 : 0) }' "${verbose:-0}" "$work/operations"
