#!/bin/bash
# measure.sh [OPTION...] DIRECTORY - what a mounted AFS directory does in a second
#
#   DIRECTORY         a writable directory inside the mount
#   -n REPEATS        default 3; the value printed is the median
#   -R 'COMMAND'      restarts the client with an EMPTY cache and returns when
#                     DIRECTORY is there again.  Without it the *_cold metrics
#                     are left out.
#   -m "A|B|..."      only these groups (groups: write create untar
#                     read ls1000 lsl1000 stat1000 ls10000 small par4 par16)
#   -b MIB            size of the big file (default 256)
#   -k                keep the data set (bench.data) afterwards (it is reused)
#
# Output: one line per metric:  NAME MEDIAN UNIT min=.. max=.. n=..
# Needs perl (perl-base) and tar only.  Cold means: client cache empty and
# kernel page/dentry caches dropped; the file server's own cache is warm.
set -u
N=3 RESTART= ONLY=. BIG=256 KEEP=
while getopts n:R:m:b:k o; do case $o in n) N=$OPTARG;; R) RESTART=$OPTARG;; m) ONLY=$OPTARG;; b) BIG=$OPTARG;; k) KEEP=1;; *) exit 2;; esac; done
shift $((OPTIND-1))
[ $# = 1 ] || { sed -n '2,/^# Needs/p' "$0" | sed 's/^# \{0,1\}//'; exit 2; }
MNT=$(cd "$1" && pwd) || exit 1
D=$MNT/bench.data
T=$(mktemp -d); trap 'rm -rf "$T"' EXIT
cd /
BP=$T/bp.pl
cat > $BP <<'EOP'
use strict; use Time::HiRes qw(time); use Fcntl; use Errno qw(ENOSYS EINVAL EOPNOTSUPP);
my ($op,@a)=@ARGV; my $t0; my $MB=1048576;
sub rd { my($f)=@_; my($n,$b)=(0,''); sysopen(my $h,$f,O_RDONLY) or die "$f: $!\n"; my $r; while($r=sysread($h,$b,$MB)){$n+=$r} die "$f: $!\n" unless defined $r; close $h; $n }
sub wr { my($f,$n)=@_; my $b=join('',map{pack('N',$_*2654435761&0xffffffff)}0..($MB/4-1)); sysopen(my $h,$f,O_WRONLY|O_CREAT|O_TRUNC,0644) or die "$f: $!\n";
  my $i=0; while($n>0){ my $k=$n<$MB?$n:$MB; substr($b,0,4)=pack('N',$i++); my $w=syswrite($h,$b,$k); die "$f: $!\n" unless $w; $n-=$w }
  eval { require IO::Handle; IO::Handle::sync($h) }; close $h or die "close $f: $!\n" }
if($op eq 'write'){ my($f,$mib)=@a; $t0=time; wr($f,$mib*$MB); printf "%.3f\n",$mib*$MB/1e6/(time-$t0) }
elsif($op eq 'read'){ $t0=time; my $n=rd($a[0]); printf "%.3f\n",$n/1e6/(time-$t0) }
elsif($op eq 'create'){ my($d,$n,$sz)=@a; my $b='x'x$sz; mkdir $d or die "$d: $!\n"; $t0=time; for(1..$n){ sysopen(my $h,"$d/f$_",O_WRONLY|O_CREAT|O_EXCL,0644) or die "$d/f$_: $!\n"; syswrite($h,$b)==$sz or die "$!\n" if $sz; close $h or die "close: $!\n" } printf "%.3f\n",$n/(time-$t0) }
elsif($op eq 'ls'){ $t0=time; opendir(my $h,$a[0]) or die "$a[0]: $!\n"; my $n=0; for(readdir $h){ lstat("$a[0]/$_") or die "$_: $!\n"; $n++ } closedir $h; die "only $n\n" if $n<$a[1]; printf "%.4f\n",time-$t0 }
elsif($op eq 'stat'){ my($d,$n)=@a; $t0=time; for(1..$n){ lstat("$d/f$_") or die "$d/f$_: $!\n" } printf "%.1f\n",$n/(time-$t0) }
elsif($op eq 'small'){ my($d,$n)=@a; $t0=time; for(1..$n){ rd("$d/f$_") } printf "%.1f\n",$n/(time-$t0) }
elsif($op eq 'rand'){ my($f,$n)=@a; srand 42; my $s=-s $f; my $b; sysopen(my $h,$f,O_RDONLY) or die; $t0=time; for(1..$n){ sysseek($h,4096*int(rand($s/4096)),0); sysread($h,$b,4096)==4096 or die "short\n" } printf "%.1f\n",$n/(time-$t0) }
elsif($op eq 'par'){ my($d,$k)=@a; pipe(my $r,my $w); $t0=time; my @p; for my $i(0..$k-1){ my $p=fork; if(!$p){ my $n=eval{rd("$d/p$i")}; print STDERR $@ if $@; exit($n?0:1) } push @p,$p } my $bad=0; for(@p){ waitpid $_,0; $bad++ if $? } die "$bad failed\n" if $bad; my $tot=0; $tot+=-s "$d/p$_" for 0..$k-1; printf "%.3f\n",$tot/1e6/(time-$t0) }
elsif($op eq 'mktree'){ my($d)=@a; srand 7; for my $i(0..19){ mkdir "$d/dir$i"; for my $j(0..19){ open my $h,'>',"$d/dir$i/src$j.java"; my $n=500+int(rand()**3*16000); print $h substr("// line of source text, of no use at all\n"x500,0,$n); close $h } } }
else { die "bad op\n" }
EOP
run() { perl $BP "$@"; }
want() { [[ $ONLY = . || $1 =~ ^($ONLY)$ ]]; }
rec() { # rec METRIC UNIT VALUE
    [ -n "$3" ] || { echo "$1 FAILED" >&2; return; }
    echo "$3" >> "$T/m.$1"; echo "$2" > "$T/u.$1"; grep -qx "$1" "$T/order" 2>/dev/null || echo "$1" >> "$T/order"; }
drop() { sync -f "$T" 2>/dev/null; [ -w /proc/sys/vm/drop_caches ] && echo 3 > /proc/sys/vm/drop_caches; }
cold() { [ -n "$RESTART" ] || return 1; eval "$RESTART" >&2 || { echo "restart failed" >&2; exit 1; }; drop; }
mkdata() {
    local i
    mkdir -p "$D" || exit 1
    [ -e "$D/big$BIG" ] || run write "$D/big$BIG" $BIG >/dev/null
    [ -e "$D/d1000" ] || run create "$D/d1000" 1000 4096 >/dev/null
    [ -e "$D/d10000" ] || run create "$D/d10000" 10000 0 >/dev/null
    mkdir -p "$D/par"; for i in $(seq 0 15); do [ -e "$D/par/p$i" ] || run write "$D/par/p$i" 16 >/dev/null; done
}
mkdata || exit 1
mkdir "$T/tree" && run mktree "$T/tree" && tar -C "$T" -cf "$T/tree.tar" tree
t() { perl -MTime::HiRes=time -e 'my $t=time; system(@ARGV)==0 or exit 1; printf "%.4f\n",time-$t' -- "$@"; }
for r in $(seq $N); do
    W=$MNT/bench.$$.$r; mkdir "$W" || exit 1
    if want write; then
        rec seq_write_${BIG}M MB/s "$(run write "$W/w" $BIG)"; rm -f "$W/w"; fi
    if want create; then rec create_1000x4k files/s "$(run create "$W/c" 1000 4096)"
        rec unlink_1000 s "$(t rm -rf "$W/c")"; fi
    if want untar; then rec untar_400files s "$(t tar -C "$W" --no-same-owner -m -xf "$T/tree.tar")"
        rec rm_400files s "$(t rm -rf "$W/tree")"; fi
    rm -rf "$W"
    if want read; then
        if cold; then rec seq_read_cold_${BIG}M MB/s "$(run read "$D/big$BIG")"; else run read "$D/big$BIG" >/dev/null; fi
        rec seq_read_warm_${BIG}M MB/s "$(run read "$D/big$BIG")"
        rec rand_read_4k_warm IOPS "$(run rand "$D/big$BIG" 20000)"; fi
    for k in 1000 10000; do if want ls$k; then
        if cold; then rec ls_l_${k}_cold s "$(run ls "$D/d$k" $k)"; else run ls "$D/d$k" $k >/dev/null; fi
        rec ls_l_${k}_warm s "$(run ls "$D/d$k" $k)"; fi; done
    if want lsl1000; then # as users type it: ls asks for more than the status of each file
        if cold; then rec long_list_1000_cold s "$(t sh -c 'ls -l "$0" >/dev/null' "$D/d1000")"; else ls -l "$D/d1000" >/dev/null; fi
        rec long_list_1000_warm s "$(t sh -c 'ls -l "$0" >/dev/null' "$D/d1000")"; fi
    if want stat1000; then
        if cold; then rec stat_1000_cold ops/s "$(run stat "$D/d1000" 1000)"; else run stat "$D/d1000" 1000 >/dev/null; fi
        rec stat_1000_warm ops/s "$(run stat "$D/d1000" 1000)"
        sleep 1.2   # FUSE attribute time-out is 1 s by default
        rec stat_1000_warm_after_1s ops/s "$(run stat "$D/d1000" 1000)"; fi
    if want small; then
        if cold; then rec small_read_cold_1000x4k files/s "$(run small "$D/d1000" 1000)"; else run small "$D/d1000" 1000 >/dev/null; fi
        rec small_read_warm_1000x4k files/s "$(run small "$D/d1000" 1000)"; fi
    for k in 4 16; do if want par$k; then
        if cold; then rec par${k}_read_cold MB/s "$(run par "$D/par" $k)"; else run par "$D/par" $k >/dev/null; fi
        rec par${k}_read_warm MB/s "$(run par "$D/par" $k)"; fi; done
done
while read -r m; do sort -n "$T/m.$m" | awk -v m="$m" -v u="$(cat "$T/u.$m")" '{a[NR]=$1} END{med=NR%2?a[(NR+1)/2]:(a[NR/2]+a[NR/2+1])/2; printf "%s %s %s min=%s max=%s n=%d\n",m,med,u,a[1],a[NR],NR}'; done < "$T/order"
[ -n "$KEEP" ] || rm -rf "$D"
