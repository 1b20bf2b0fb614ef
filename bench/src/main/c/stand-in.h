/* In place of the headers of OpenAFS that its fcrypt.c includes. */
#ifndef HEDDLE_STAND_IN
#define HEDDLE_STAND_IN
#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>
typedef uint32_t afs_uint32;
typedef int32_t afs_int32;
struct ktc_encryptionKey {
  char data[8];
};
#define INC_RXKAD_STATS(what)
#define ADD_RXKAD_STATS(what, count)
#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WORDS_BIGENDIAN 1
#endif
#endif
