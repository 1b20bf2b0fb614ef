#!/usr/bin/perl
# make-dump.pl NAME [VOLUME-ID] < spec > dump
#
# Writes an AFS volume dump (the format of `vos dump` and `vos restore`) with the contents that the
# spec describes. So a test gets volumes with mount points, access lists and odd files before any
# AFS client runs. One thing a line; in the contents of a file, \n stands for a line end:
#
#   dir     PATH
#   file    PATH [CONTENTS]
#   zeros   PATH SIZE             SIZE zero bytes
#   pattern PATH SIZE             SIZE bytes; every 16 are their own offset, as text
#   link    PATH TARGET
#   hard    PATH EXISTING-PATH
#   mount   PATH '#volume.'       also '%volume.' and '#cell:volume.'
#   acl     PATH ID:RIGHTS,...    !ID:RIGHTS is a negative right; a directory without acl inherits
#   owner   PATH UID
#   mode    PATH OCTAL
#
# RIGHTS is the sum of read 1, write 2, insert 4, lookup 8, delete 16, lock 32, administer 64.
# Well-known IDs: system:anyuser -101, system:authuser -102, system:administrators -204.

use strict;
use warnings;
use bytes;

my ($volume_name, $volume_id) = @ARGV;
die "usage: make-dump.pl NAME [VOLUME-ID] < spec > dump\n" unless defined $volume_name;
$volume_id ||= 536870912;
my $now = time;

use constant { FILE => 1, DIRECTORY => 2, SYMLINK => 3 };
use constant PAGE => 2048;    # a directory is an array of pages,
use constant ENTRY => 32;     # each of 64 entries

# ---- vnodes: directories have odd numbers, the rest even ones

my (%vnode, %at_path);
my ($next_directory, $next_file, $next_unique) = (1, 2, 1);

sub new_vnode {
  my ($type, $mode) = @_;
  my $number;
  if ($type == DIRECTORY) { $number = $next_directory; $next_directory += 2 }
  else                    { $number = $next_file;      $next_file += 2 }
  return $vnode{$number} = {
    number => $number, unique => $next_unique++, type => $type, mode => $mode,
    links => $type == DIRECTORY ? 2 : 0, owner => 0, parent => undef,
    data => '', entries => [], acl => undef,
  };
}

sub look_up {
  my ($path) = @_;
  return $at_path{$path} || die "make-dump.pl: no $path yet\n";
}

sub enter {    # give a vnode a name in its directory
  my ($path, $node) = @_;
  my ($directory_path, $name) = $path =~ m{^(.*)/([^/]+)$} or die "make-dump.pl: bad path $path\n";
  my $directory = look_up($directory_path eq '' ? '/' : $directory_path);
  push @{ $directory->{entries} }, [ $name, $node ];
  $node->{parent} ||= $directory;
  if   ($node->{type} == DIRECTORY) { $directory->{links}++ }
  else                              { $node->{links}++ }
  $at_path{$path} = $node;
  return $node;
}

sub enter_new {
  my ($path, $type, $mode, $data) = @_;
  my $node = enter($path, new_vnode($type, $mode));
  $node->{data} = $data;
}

my $root = new_vnode(DIRECTORY, 0755);
$root->{parent} = $root;
$at_path{'/'} = $root;

while (my $line = <STDIN>) {
  chomp $line;
  next if $line =~ /^\s*(#|$)/;
  my ($what, $path, $rest) = split ' ', $line, 3;
  $rest = '' unless defined $rest;
  if    ($what eq 'dir')   { enter_new($path, DIRECTORY, 0755, '') }
  elsif ($what eq 'file')  { $rest =~ s/\\n/\n/g; enter_new($path, FILE, 0644, $rest) }
  elsif ($what eq 'zeros') { enter_new($path, FILE, 0644, "\0" x $rest) }
  elsif ($what eq 'pattern') {
    my $lines = join '', map { sprintf "%015d\n", 16 * $_ } 0 .. $rest / 16;
    enter_new($path, FILE, 0644, substr $lines, 0, $rest);
  }
  elsif ($what eq 'link')  { enter_new($path, SYMLINK, 0777, $rest) }
  elsif ($what eq 'mount') { enter_new($path, SYMLINK, 0644, $rest) }   # no x bit: a mount point
  elsif ($what eq 'hard')  { enter($path, look_up($rest)) }
  elsif ($what eq 'acl')   { look_up($path)->{acl} = $rest }
  elsif ($what eq 'owner') { look_up($path)->{owner} = $rest }
  elsif ($what eq 'mode')  { look_up($path)->{mode} = oct $rest }
  else                     { die "make-dump.pl: bad line: $line\n" }
}

# ---- access lists

sub effective_acl {
  my ($directory) = @_;
  return $directory->{acl} if defined $directory->{acl};
  return '-204:127' if $directory == $root;
  return effective_acl($directory->{parent});
}

sub acl_blob {
  my (@positive, @negative);
  for my $entry (split /,/, shift) {
    my ($not, $id, $rights) = $entry =~ /^(!?)(-?\d+):(\d+)$/
      or die "make-dump.pl: bad access list entry $entry\n";
    push @{ $not ? \@negative : \@positive }, [ $id, $rights ];
  }
  # file servers go through both in order, and pass by what comes too late
  @$_ = sort { $a->[0] <=> $b->[0] } @$_ for \@positive, \@negative;
  my $count = @positive + @negative;
  die "make-dump.pl: more than 20 access list entries\n" if $count > 20;
  my $blob = pack 'N5', 20 + 8 * $count, 1, $count, scalar @positive, scalar @negative;
  $blob .= pack 'NN', $_->[0] & 0xffffffff, $_->[1] for @positive, reverse @negative;
  return $blob . "\0" x (192 - length $blob);
}

# ---- directories: a hash table of entry chains, in pages of 64 entries of 32 bytes

sub name_hash {
  my ($name) = @_;
  my $hash = 0;
  $hash = ($hash * 173 + $_) & 0xffffffff for unpack 'C*', $name;
  my $bucket = $hash & 127;
  return $bucket == 0 ? 0 : $hash >= 0x80000000 ? 128 - $bucket : $bucket;
}

sub directory_blob {
  my ($directory) = @_;
  my @pages   = ("\0" x PAGE);
  my @used    = (13);            # entries 0 to 12 of page 0 hold the header and the hash table
  my @buckets = (0) x 128;
  for my $entry ([ '.', $directory ], [ '..', $directory->{parent} ], @{ $directory->{entries} }) {
    my ($name, $node) = @$entry;
    my $size = 1 + ((length($name) + 1 + 15) >> 5);
    my $page = 0;
    while (1) {
      if (!defined $used[$page]) { $used[$page] = 1; $pages[$page] = "\0" x PAGE }
      last if $used[$page] + $size <= 64;
      $page++;
    }
    my $slot = $used[$page];
    $used[$page] += $size;
    my $bucket = name_hash($name);
    my $bytes = pack('CCnNN', 1, 0, $buckets[$bucket], $node->{number}, $node->{unique}) . "$name\0";
    substr($pages[$page], $slot * ENTRY, length $bytes) = $bytes;
    $buckets[$bucket] = $page * 64 + $slot;
  }
  for my $page (0 .. $#pages) {
    my $bitmap = "\0" x 8;
    vec($bitmap, $_, 1) = 1 for 0 .. $used[$page] - 1;
    substr($pages[$page], 0, 13) =
      pack('nnC', $page == 0 ? scalar @pages : 0, 1234, $page == 0 ? 51 : 63) . $bitmap;
  }
  my $free = join '', map { chr(defined $used[$_] ? 64 - $used[$_] : 64) } 0 .. 127;
  substr($pages[0], 32, 128)  = $free;
  substr($pages[0], 160, 256) = pack 'n128', @buckets;
  return join '', @pages;
}

$_->{data} = directory_blob($_) for grep { $_->{type} == DIRECTORY } values %vnode;

# ---- the dump: begin, volume header, large vnodes (directories), small vnodes, end

my $blocks = 0;
$blocks += int((length($_->{data}) + 1023) / 1024) for values %vnode;

binmode STDOUT;
print pack('CNN', 1, 0xB3A11322, 1),
  'v', pack('N', $volume_id), 'n', "$volume_name\0", 't', pack('nNN', 2, 0, $now);
print chr(2),
  'i', pack('N', $volume_id), 'v', pack('N', 1), 'n', "$volume_name\0",
  's', chr(1), 'b', chr(1), 'u', pack('N', $next_unique + 10), 't', chr(0),
  'p', pack('N', $volume_id), 'c', pack('N', 0), 'q', pack('N', 5_000_000), 'm', pack('N', 0),
  'd', pack('N', $blocks), 'f', pack('N', scalar keys %vnode), 'a', pack('N', 0), 'o', pack('N', 0),
  'C', pack('N', $now), 'A', pack('N', $now), 'U', pack('N', $now), 'E', pack('N', 0),
  'B', pack('N', 0), "O\0M\0", 'W', pack('nN7', 7, (0) x 7), 'D', pack('N', 0), 'Z', pack('N', 0);
my @directories = sort { $a->{number} <=> $b->{number} } grep { $_->{number} & 1 } values %vnode;
my @others      = sort { $a->{number} <=> $b->{number} } grep { !($_->{number} & 1) } values %vnode;
for my $node (@directories, @others) {
  print pack('CNN', 3, $node->{number}, $node->{unique}),
    't', chr($node->{type}), 'l', pack('n', $node->{links}), 'v', pack('N', 1),
    'm', pack('N', $now), 'a', pack('N', $node->{owner}), 'o', pack('N', $node->{owner}),
    'b', pack('n', $node->{mode}),
    'p', pack('N', $node == $root ? 0 : $node->{parent}{number}), 's', pack('N', $now);
  print 'A', acl_blob(effective_acl($node)) if $node->{type} == DIRECTORY;
  print 'f', pack('N', length $node->{data}), $node->{data};
}
print pack 'CN', 4, 0x3A214B6E;
