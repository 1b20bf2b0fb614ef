# Locks one file as it is told on standard input, for LocksIT; answers each line by "ok", "errno N",
# or what was asked for. Usage: perl locker.pl r|rw FILE
use strict;
use warnings;
use Fcntl qw(:DEFAULT :flock);
use Time::HiRes qw(setitimer ITIMER_REAL);

$| = 1;
my ($mode, $path) = @ARGV;
sysopen(my $file, $path, $mode eq 'r' ? O_RDONLY : O_RDWR | O_CREAT, 0644) or die "$path: $!";
print "open\n";

my %flock = (sh => LOCK_SH, ex => LOCK_EX, un => LOCK_UN, nb => LOCK_NB);
my %type = (r => F_RDLCK, w => F_WRLCK, u => F_UNLCK);
my %command = (try => F_SETLK, wait => F_SETLKW, get => F_GETLK, ofd => 37); # F_OFD_SETLK
my $struct_flock = 's s x4 q q l x4';

sub range {
  my ($type, $start, $length, $command) = @_;
  my $lock = pack($struct_flock, $type{$type}, 0, $start, $length, 0);
  fcntl($file, $command{$command}, $lock) or return undef;
  return 'ok' if $command ne 'get';
  my ($found, $whence, $from, $count) = unpack($struct_flock, $lock);
  return $found == F_UNLCK ? 'free' : "$found $from $count";
}

$SIG{ALRM} = sub { };
while (my $line = <STDIN>) {
  my ($what, @words) = split ' ', $line;
  my $result = 'ok';
  if ($what eq 'flock') {
    my $operation = 0;
    $operation |= $flock{$_} for @words;
    $result = flock($file, $operation) ? 'ok' : undef;
  } elsif ($what eq 'range') {
    $result = range(@words);
  } elsif ($what eq 'alarm') { # the same while signals come
    setitimer(ITIMER_REAL, 0.2, 0.2);
    $result = $words[0] eq 'flock' ? (flock($file, LOCK_EX) ? 'ok' : undef) : range(@words[1 .. 4]);
    my $error = $!;
    setitimer(ITIMER_REAL, 0);
    $! = $error;
  } elsif ($what eq 'write') {
    sysseek($file, $words[0], 0);
    $result = defined(syswrite($file, $words[1])) ? 'ok' : undef;
  } elsif ($what eq 'read') {
    sysseek($file, $words[0], 0);
    my $data = '';
    $result = defined(sysread($file, $data, $words[1])) ? "data $data" : undef;
  } elsif ($what eq 'size') {
    $result = (stat $file)[7];
  } elsif ($what eq 'close') {
    $result = close($file) ? 'ok' : undef;
  }
  print defined $result ? "$result\n" : 'errno ' . ($! + 0) . "\n";
}
