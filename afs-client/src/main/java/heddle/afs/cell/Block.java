package heddle.afs.cell;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Up to {@value #BYTES} bytes of a file, which never change; zeros follow them. */
interface Block {
  /** Bytes of a whole block. */
  int BYTES = 64 * 1024;

  /** Returns how many bytes there are, before the zeros. */
  int length();

  /** Returns {@code count} of its bytes, as a buffer that the caller may move but not change. */
  ByteBuffer read(int from, int count) throws IOException;

  /** Returns the block without what is from {@code length} on. */
  Block cut(int length);
}
