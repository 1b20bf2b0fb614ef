package heddle.afs.cell;

/** Errors of an operating system that file servers answer with; the numbers are those of Linux. */
enum Errno {
  EPERM(1),
  ENOENT(2),
  EIO(5),
  E2BIG(7),
  EAGAIN(11),
  EACCES(13),
  EEXIST(17),
  EXDEV(18),
  ENODEV(19),
  ENOTDIR(20),
  EISDIR(21),
  EINVAL(22),
  EFBIG(27),
  EROFS(30),
  ELOOP(40);

  private final int number;

  Errno(int number) {
    this.number = number;
  }

  int number() {
    return number;
  }
}
