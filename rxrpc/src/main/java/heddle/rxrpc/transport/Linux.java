package heddle.rxrpc.transport;

/**
 * Constants of Linux and the layout of its structures, the same on x86-64 and 64-bit ARM.
 *
 * <p>Source: Linux uapi headers socket.h, in.h, in6.h, udp.h, errqueue.h, errno.h.
 */
final class Linux {
  // address families and their sockaddr
  static final int AF_INET = 2;
  static final int AF_INET6 = 10;
  static final int SOCKADDR_IN_BYTES = 16;
  static final int SOCKADDR_IN6_BYTES = 28;

  // socket
  static final int SOCK_DGRAM = 2;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SHUT_RD = 0;

  // levels and options
  static final int SOL_SOCKET = 1;
  static final int SO_SNDBUF = 7;
  static final int SO_RCVBUF = 8;
  static final int SO_RCVTIMEO = 20;
  static final int SO_SNDBUFFORCE = 32;
  static final int SO_RCVBUFFORCE = 33;
  static final int SOL_IP = 0;
  static final int IP_PKTINFO = 8;
  static final int IP_MTU_DISCOVER = 10;
  static final int IP_RECVERR = 11;
  static final int SOL_UDP = 17;
  static final int UDP_SEGMENT = 103;
  static final int UDP_GRO = 104;
  static final int SOL_IPV6 = 41;
  static final int IPV6_MTU_DISCOVER = 23;
  static final int IPV6_RECVERR = 25;
  static final int IPV6_V6ONLY = 26;
  static final int IPV6_RECVPKTINFO = 49;
  static final int IPV6_PKTINFO = 50;

  /** Path MTU discovery: fragment to the path MTU that the kernel knows. */
  static final int PMTUDISC_WANT = 1;

  /** Path MTU discovery: never fragment, whatever the kernel knows of the path. */
  static final int PMTUDISC_PROBE = 3;

  /** Path MTU discovery: let anybody fragment (IPv4), whatever the kernel knows of the path. */
  static final int PMTUDISC_OMIT = 5;

  // flags of messages
  static final int MSG_DONTWAIT = 0x40;
  static final int MSG_ERRQUEUE = 0x2000;
  static final int MSG_NOSIGNAL = 0x4000;
  static final int MSG_WAITFORONE = 0x10000;

  // struct msghdr, at the beginning of struct mmsghdr
  static final int MSG_NAME = 0;
  static final int MSG_NAMELEN = 8;
  static final int MSG_IOV = 16;
  static final int MSG_IOVLEN = 24;
  static final int MSG_CONTROL = 32;
  static final int MSG_CONTROLLEN = 40;
  static final int MSG_FLAGS = 48;
  static final int MSG_LEN = 56;
  static final int MMSGHDR_BYTES = 64;

  // struct iovec
  static final int IOV_LEN = 8;
  static final int IOVEC_BYTES = 16;

  // struct cmsghdr
  static final int CMSG_LEVEL = 8;
  static final int CMSG_TYPE = 12;
  static final int CMSG_DATA = 16;

  // errno
  static final int EPERM = 1;
  static final int EINTR = 4;
  static final int EIO = 5;
  static final int EAGAIN = 11;
  static final int ENOMEM = 12;
  static final int EACCES = 13;
  static final int EINVAL = 22;
  static final int EMSGSIZE = 90;
  static final int EOPNOTSUPP = 95;
  static final int EAFNOSUPPORT = 97;
  static final int EADDRINUSE = 98;
  static final int EADDRNOTAVAIL = 99;
  static final int ENETUNREACH = 101;
  static final int ENOBUFS = 105;
  static final int ECONNREFUSED = 111;
  static final int EHOSTUNREACH = 113;

  private Linux() {}

  /** Returns the room that a control message with {@code bytes} of data takes. */
  static int controlSpace(int bytes) {
    return CMSG_DATA + align(bytes);
  }

  /** Returns {@code bytes} rounded up to where the next control message may begin. */
  static int align(int bytes) {
    return (bytes + 7) & ~7;
  }
}
