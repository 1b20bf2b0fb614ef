package heddle.control;

import heddle.fuse.Errno;

/**
 * Why something was not done.
 *
 * @param kind what programs would be told
 * @param detail what is known of it, for people
 */
public record FsFailure(Errno kind, String detail) {}
