package heddle.afs.rpc;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The tables of error codes that abort codes come from. Numbers and names are those of the
 * protocol; what a name means is decided in one place, {@link #kind}.
 *
 * <p>Protocol source: OpenAFS src/afs/volerrors.h, src/afs/unified_afs.et,
 * src/vlserver/vl_errors.et, src/ptserver/pterror.et, src/auth/ktc_errors.et, src/ubik/uerrors.et,
 * src/rxkad/rxkad_errs.et, src/rx/rx.h, src/rxgen/rxgen_consts.h.
 */
final class ErrorTables {
  /** Rx and rxgen: number and name. */
  private static final String RX =
      """
      -1 RX_CALL_DEAD  -2 RX_INVALID_OPERATION  -3 RX_CALL_TIMEOUT  -4 RX_EOF
      -5 RX_PROTOCOL_ERROR  -6 RX_USER_ABORT  -7 RX_ADDRINUSE  -8 RX_MSGSIZE  -9 RX_CALL_IDLE
      -450 RXGEN_CC_MARSHAL  -451 RXGEN_CC_UNMARSHAL  -452 RXGEN_SS_MARSHAL
      -453 RXGEN_SS_UNMARSHAL  -454 RXGEN_DECODE  -455 RXGEN_OPCODE  -456 RXGEN_SS_XDRFREE
      -457 RXGEN_CC_XDRFREE
      """;

  /** The volume package: number and name. -100 is RX_RESTARTING too. */
  private static final String VOLUME =
      """
      -100 VRESTARTING
      101 VSALVAGE  102 VNOVNODE  103 VNOVOL  104 VVOLEXISTS  105 VNOSERVICE  106 VOFFLINE
      107 VONLINE  108 VDISKFULL  109 VOVERQUOTA  110 VBUSY  111 VMOVED  112 VIO
      120 VRESTRICTED
      """;

  private static final int UAE_BASE = 49733376;

  /**
   * The unified table: each name (less its UAE), and the errno of Linux where it has one, which is
   * what a server sends that does not translate its errors.
   */
  private static final String UAE =
      """
      PERM 1  NOENT 2  SRCH 3  INTR 4  IO 5  NXIO 6  2BIG 7  NOEXEC 8  BADF 9  CHILD 10
      AGAIN 11  NOMEM 12  ACCES 13  FAULT 14  NOTBLK 15  BUSY 16  EXIST 17  XDEV 18  NODEV 19
      NOTDIR 20  ISDIR 21  INVAL 22  NFILE 23  MFILE 24  NOTTY 25  TXTBSY 26  FBIG 27  NOSPC 28
      SPIPE 29  ROFS 30  MLINK 31  PIPE 32  DOM 33  RANGE 34  DEADLK 35  NAMETOOLONG 36
      NOLCK 37  NOSYS 38  NOTEMPTY 39  LOOP 40  WOULDBLOCK -  NOMSG 42  IDRM 43  CHRNG 44
      L2NSYNC 45  L3HLT 46  L3RST 47  LNRNG 48  UNATCH 49  NOCSI 50  L2HLT 51  BADE 52  BADR 53
      XFULL 54  NOANO 55  BADRQC 56  BADSLT 57  BFONT 59  NOSTR 60  NODATA 61  TIME 62  NOSR 63
      NONET 64  NOPKG 65  REMOTE 66  NOLINK 67  ADV 68  SRMNT 69  COMM 70  PROTO 71
      MULTIHOP 72  DOTDOT 73  BADMSG 74  OVERFLOW 75  NOTUNIQ 76  BADFD 77  REMCHG 78
      LIBACC 79  LIBBAD 80  LIBSCN 81  LIBMAX 82  LIBEXEC 83  ILSEQ 84  RESTART 85  STRPIPE 86
      USERS 87  NOTSOCK 88  DESTADDRREQ 89  MSGSIZE 90  PROTOTYPE 91  NOPROTOOPT 92
      PROTONOSUPPORT 93  SOCKTNOSUPPORT 94  OPNOTSUPP 95  PFNOSUPPORT 96  AFNOSUPPORT 97
      ADDRINUSE 98  ADDRNOTAVAIL 99  NETDOWN 100  NETUNREACH 101  NETRESET 102
      CONNABORTED 103  CONNRESET 104  NOBUFS 105  ISCONN 106  NOTCONN 107  SHUTDOWN 108
      TOOMANYREFS 109  TIMEDOUT 110  CONNREFUSED 111  HOSTDOWN 112  HOSTUNREACH 113
      ALREADY 114  INPROGRESS 115  STALE 116  UCLEAN 117  NOTNAM 118  NAVAIL 119  ISNAM 120
      REMOTEIO 121  DQUOT 122  NOMEDIUM 123  MEDIUMTYPE 124  CANCELED 125
      NOTRECOVERABLE 131  NOTSUP -  OTHER -  OWNERDEAD 130  PROCLIM -  DISCON -
      """;

  private static final int VL_BASE = 363520;

  private static final String VL =
      """
      IDEXIST IO NAMEEXIST CREATEFAIL NOENT EMPTY ENTDELETED BADNAME BADINDEX BADVOLTYPE
      BADSERVER BADPARTITION REPSFULL NOREPSERVER DUPREPSERVER RWNOTFOUND BADREFCOUNT
      SIZEEXCEEDED BADENTRY BADVOLIDBUMP IDALREADYHASHED ENTRYLOCKED BADVOLOPER
      BADRELLOCKTYPE RERELEASE BADSERVERFLAG PERM NOMEM BADVERSION INDEXERANGE MULTIPADDR
      BADMASK DBBAD
      """;

  private static final int PT_BASE = 267264;

  private static final String PT =
      """
      EXIST IDEXIST NOIDS DBFAIL NOENT PERM NOTGROUP NOTUSER BADNAM BADARG NOMORE DBBAD
      GROUPEMPTY INCONSISTENT DBADDR TOOMANY NOMEM INTERNAL NAMETOOLONG
      """;

  private static final int KTC_BASE = 11862784;

  private static final String KTC =
      """
      ERROR TOOBIG INVAL NOENT PIOCTLFAIL NOPIOCTL NOCELL NOCM RPC NOCMRPC TOKEN_MUTEX_FAIL
      """;

  private static final int UBIK_BASE = 5376;

  private static final String UBIK =
      """
      NOQUORUM NOTSYNC NHOSTS IOERROR INTERNAL SYNC NOENT BADLOCK BADLOG BADHOST BADTYPE
      TWOENDS DONE NOSERVERS EOF LOGIO BADFAM BADCELL BADSECGRP BADGROUP BADUUID NOMEM
      NOTMEMBER NBINDINGS BADPRINNAME PIPE DEADLOCK EXCEPTION TPQFAIL SKEWED NOLOCK NOACCESS
      NOSPC BADPATH BADF REINITIALIZE MUTEXINIT MUTEXDESTROY
      """;

  private static final int RXKAD_BASE = 19270400;

  private static final String RXKAD =
      """
      INCONSISTENCY PACKETSHORT LEVELFAIL TICKETLEN OUTOFSEQUENCE NOAUTH BADKEY BADTICKET
      UNKNOWNKEY EXPIRED SEALEDINCON DATALEN ILLEGALLEVEL
      """;

  private static final Set<String> PASSING =
      Set.of("EINTR", "EAGAIN", "ENOMEM", "EBUSY", "ENFILE", "EMFILE", "ETIMEDOUT", "ERESTART");

  private ErrorTables() {}

  /** Returns every code that has a name. Where tables meet in a number, the later one here wins. */
  static Map<Integer, String> names() {
    Map<Integer, String> names = new HashMap<>();
    putUnified(names);
    putNumbered(names, VOLUME);
    putNumbered(names, RX);
    putFrom(names, VL_BASE, "VL_", VL);
    putFrom(names, PT_BASE, "PR", PT);
    putFrom(names, KTC_BASE, "KTC_", KTC);
    putFrom(names, UBIK_BASE, "U", UBIK);
    putFrom(names, RXKAD_BASE, "RXKAD", RXKAD);
    return Map.copyOf(names);
  }

  private static void putUnified(Map<Integer, String> names) {
    String[] words = UAE.split("\\s+");
    for (int i = 0; i < words.length; i += 2) {
      names.put(UAE_BASE + i / 2, "UAE" + words[i]);
      if (!words[i + 1].equals("-")) {
        names.put(Integer.valueOf(words[i + 1]), "E" + words[i]);
      }
    }
  }

  /** Returns the unified code of an errno of Linux; other numbers as they are. */
  static int unified(int errno) {
    String[] words = UAE.split("\\s+");
    for (int i = 0; i < words.length; i += 2) {
      if (words[i + 1].equals(Integer.toString(errno))) {
        return UAE_BASE + i / 2;
      }
    }
    return errno;
  }

  private static void putNumbered(Map<Integer, String> names, String table) {
    String[] words = table.split("\\s+");
    for (int i = 0; i < words.length; i += 2) {
      names.put(Integer.valueOf(words[i]), words[i + 1]);
    }
  }

  private static void putFrom(Map<Integer, String> names, int base, String prefix, String table) {
    String[] words = table.split("\\s+");
    for (int i = 0; i < words.length; i++) {
      names.put(base + i, prefix + words[i]);
    }
  }

  /** Returns whether the name is of an error of an operating system that does not pass. */
  static boolean isOfSystem(String name) {
    String errno = name.startsWith("UAE") ? name.substring(2) : name;
    return errno.startsWith("E") && !PASSING.contains(errno);
  }

  /** Returns what the code of that name means. */
  static ErrorKind kind(String name) {
    return switch (name.startsWith("UAE") ? name.substring(2) : name) {
      case "ENOENT", "VNOVNODE" -> ErrorKind.NO_SUCH_FILE;
      case "ESTALE" -> ErrorKind.STALE_FID;
      case "ENOTDIR" -> ErrorKind.NOT_A_DIRECTORY;
      case "EISDIR" -> ErrorKind.IS_A_DIRECTORY;
      case "EEXIST" -> ErrorKind.FILE_EXISTS;
      case "ENOTEMPTY" -> ErrorKind.DIRECTORY_NOT_EMPTY;
      case "EACCES", "VL_PERM" -> ErrorKind.PERMISSION_DENIED;
      case "EPERM" -> ErrorKind.NOT_PERMITTED;
      case "EROFS" -> ErrorKind.READ_ONLY_VOLUME;
      case "EDQUOT", "VOVERQUOTA" -> ErrorKind.QUOTA_EXCEEDED;
      case "ENOSPC", "VDISKFULL" -> ErrorKind.NO_SPACE;
      case "EFBIG" -> ErrorKind.FILE_TOO_BIG;
      case "ELOOP", "EMLINK" -> ErrorKind.TOO_MANY_LINKS;
      case "ENAMETOOLONG" -> ErrorKind.NAME_TOO_LONG;
      case "EINVAL" -> ErrorKind.INVALID_ARGUMENT;
      case "EXDEV" -> ErrorKind.CROSS_VOLUME;
      case "EAGAIN", "EWOULDBLOCK" -> ErrorKind.LOCK_HELD;
      case "VNOVOL", "ENODEV", "VL_NOENT", "VL_ENTDELETED", "VL_BADNAME", "VL_RWNOTFOUND" ->
          ErrorKind.NO_SUCH_VOLUME;
      case "VMOVED" -> ErrorKind.VOLUME_MOVED;
      case "VBUSY", "VRESTARTING", "VIO" -> ErrorKind.VOLUME_BUSY;
      case "VSALVAGE", "VNOSERVICE", "VOFFLINE", "VRESTRICTED" -> ErrorKind.VOLUME_OFFLINE;
      case "UNOQUORUM", "UNOTSYNC", "USYNC", "UNOSERVERS", "UDEADLOCK", "VL_ENTRYLOCKED" ->
          ErrorKind.DATABASE_UNAVAILABLE;
      case "RXKADLEVELFAIL",
          "RXKADTICKETLEN",
          "RXKADNOAUTH",
          "RXKADBADKEY",
          "RXKADBADTICKET",
          "RXKADUNKNOWNKEY",
          "RXKADSEALEDINCON",
          "RXKADILLEGALLEVEL" ->
          ErrorKind.TOKEN_REJECTED;
      case "RXKADEXPIRED" -> ErrorKind.TOKEN_EXPIRED;
      case "RXGEN_OPCODE", "ENOSYS", "EOPNOTSUPP", "ENOTSUP" -> ErrorKind.NOT_SUPPORTED;
      default -> ErrorKind.SERVER_FAILURE;
    };
  }
}
