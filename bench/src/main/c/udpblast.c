/*
 * udpblast - how fast this machine moves datagrams, without any protocol: the ceiling to compare with.
 *
 *   udpblast recv plain|gro               receive until 300 ms pass without a datagram
 *   udpblast send plain|gso PORT SECONDS SIZE
 *   udpblast echo                         send every datagram back, until killed
 *   udpblast ping PORT SECONDS SIZE       one datagram to and fro
 *
 * The first and third print the port they listen at (127.0.0.1). All print lines of key=value.
 * Build: gcc -O2 -o udpblast udpblast.c
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

enum { BUFFER_BYTES = 65536, RUN_BYTES = 65000, RUN_SEGMENTS = 64, SOCKET_BYTES = 4 << 20 };

static char buffer[BUFFER_BYTES];

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double cpu(void) {
  struct rusage r;
  getrusage(RUSAGE_SELF, &r);
  return r.ru_utime.tv_sec + r.ru_stime.tv_sec + (r.ru_utime.tv_usec + r.ru_stime.tv_usec) / 1e6;
}

static void die(const char *what) {
  perror(what);
  exit(1);
}

static int open_socket(void) {
  int s = socket(AF_INET, SOCK_DGRAM, 0), size = SOCKET_BYTES;
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (s < 0 || bind(s, (struct sockaddr *)&a, sizeof a)) die("socket");
  setsockopt(s, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  setsockopt(s, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
  return s;
}

static void print_port(int s) {
  struct sockaddr_in a;
  socklen_t n = sizeof a;
  getsockname(s, (struct sockaddr *)&a, &n);
  printf("port=%d\n", ntohs(a.sin_port));
  fflush(stdout);
}

static void connect_to(int s, int port) {
  struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  a.sin_port = htons(port);
  if (connect(s, (struct sockaddr *)&a, sizeof a)) die("connect");
}

static void timeout(int s, int micros) {
  struct timeval t = {micros / 1000000, micros % 1000000};
  setsockopt(s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
}

static void report(const char *what, double amount, double seconds) {
  printf("%s=%.0f cpu_us_per=%.4f\n", what, amount / seconds, cpu() * 1e6 / amount);
}

static void receive(int gro) {
  int s = open_socket(), on = 1;
  double first = 0, last = 0, bytes = 0;
  if (gro && setsockopt(s, IPPROTO_UDP, UDP_GRO, &on, sizeof on)) die("UDP_GRO");
  print_port(s);
  for (;;) {
    ssize_t n = recv(s, buffer, sizeof buffer, 0);
    if (n < 0) break;
    last = now();
    if (first == 0) {
      first = last;
      timeout(s, 300000);
    }
    bytes += n;
  }
  report("bytes_per_s", bytes, last - first);
}

static void send_all(int gso, int port, double seconds, int size) {
  int s = open_socket();
  int run = size;
  double start = now(), sent = 0;
  connect_to(s, port);
  if (gso) {
    int most = RUN_BYTES / size;
    run = (most < RUN_SEGMENTS ? most : RUN_SEGMENTS) * size;
    if (setsockopt(s, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size)) die("UDP_SEGMENT");
  }
  while (now() - start < seconds) {
    for (int i = 0; i < 64; i++) {
      if (send(s, buffer, run, 0) < 0 && errno != ECONNREFUSED) die("send");
      sent += run;
    }
  }
  report("sent_bytes_per_s", sent, now() - start);
}

static void echo(void) {
  int s = open_socket();
  print_port(s);
  for (;;) {
    struct sockaddr_in a;
    socklen_t n = sizeof a;
    ssize_t length = recvfrom(s, buffer, sizeof buffer, 0, (struct sockaddr *)&a, &n);
    if (length >= 0) sendto(s, buffer, length, 0, (struct sockaddr *)&a, n);
  }
}

static void ping(int port, double seconds, int size) {
  int s = open_socket();
  double start = now(), calls = 0;
  connect_to(s, port);
  timeout(s, 1000000);
  while (now() - start < seconds) {
    send(s, buffer, size, 0);
    if (recv(s, buffer, sizeof buffer, 0) >= 0) calls++;
  }
  report("calls_per_s", calls, now() - start);
}

int main(int argc, char **argv) {
  const char *mode = argc > 1 ? argv[1] : "";
  if (!strcmp(mode, "recv") && argc == 3) receive(!strcmp(argv[2], "gro"));
  else if (!strcmp(mode, "send") && argc == 6)
    send_all(!strcmp(argv[2], "gso"), atoi(argv[3]), atof(argv[4]), atoi(argv[5]));
  else if (!strcmp(mode, "echo") && argc == 2) echo();
  else if (!strcmp(mode, "ping") && argc == 5) ping(atoi(argv[2]), atof(argv[3]), atoi(argv[4]));
  else {
    fprintf(stderr, "usage: see the head of udpblast.c\n");
    return 2;
  }
  return 0;
}
