/* Prints how many MB/s the fcrypt of an OpenAFS source tree encrypts and decrypts, in packets.
   Built by `heddle rxperf crypt --openafs-source`, with that tree's fcrypt.c beside it and empty
   headers in place of those that this needs nothing of. Arguments: seconds, bytes of a packet. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "stand-in.h"
#include "fcrypt.h"

int fc_keysched(struct ktc_encryptionKey *, fc_KeySchedule);
afs_int32 fc_cbc_encrypt(void *, void *, afs_int32, const fc_KeySchedule, afs_uint32 *, int);

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec / 1e9;
}

static double rate(int encrypt, double seconds, int bytes, fc_KeySchedule schedule) {
  static char packet[65536];
  double start = now(), elapsed;
  long packets = 0;
  do {
    for (int i = 0; i < 100; i++, packets++) {
      afs_uint32 vector[2] = {1, 2};
      fc_cbc_encrypt(packet, packet, bytes, schedule, vector, encrypt);
    }
    elapsed = now() - start;
  } while (elapsed < seconds);
  return packets * (double)bytes / elapsed / 1e6;
}

int main(int argc, char **argv) {
  struct ktc_encryptionKey key = {{1, 35, 69, 103, 9, 11, 13, 15}};
  fc_KeySchedule schedule;
  if (argc != 3) return 2;
  fc_keysched(&key, schedule);
  printf("%.3f ", rate(1, atof(argv[1]), atoi(argv[2]), schedule));
  printf("%.3f\n", rate(0, atof(argv[1]), atoi(argv[2]), schedule));
  return 0;
}
