package heddle.rxrpc.transport;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Something that wants to be woken at a deadline. Its heap fields belong to {@link DeadlineHeap}.
 */
abstract class Timeout {
  long deadlineNanos;
  int heapIndex = -1;

  /** Runs on the timer thread, with no lock held. */
  abstract void onTimeout(long nowNanos);

  /** A binary heap of time-outs from which any can be removed. Not thread-safe. */
  static final class DeadlineHeap {
    private Timeout[] heap = new Timeout[64];
    private int size;

    int size() {
      return size;
    }

    @Nullable Timeout first() {
      return size == 0 ? null : heap[0];
    }

    void add(Timeout timeout) {
      if (size == heap.length) {
        heap = Arrays.copyOf(heap, size * 2);
      }
      size++;
      siftUp(size - 1, timeout);
    }

    @SuppressWarnings("ReferenceEquality") // a time-out is equal to itself only
    void remove(Timeout timeout) {
      int index = timeout.heapIndex;
      if (index < 0) {
        return;
      }
      timeout.heapIndex = -1;
      size--;
      Timeout moved = heap[size];
      heap[size] = null;
      if (index != size) {
        siftDown(index, moved);
        if (heap[index] == moved) {
          siftUp(index, moved);
        }
      }
    }

    void clear() {
      for (int i = 0; i < size; i++) {
        heap[i].heapIndex = -1;
        heap[i] = null;
      }
      size = 0;
    }

    private void siftUp(int start, Timeout timeout) {
      int index = start;
      while (index > 0) {
        int parent = (index - 1) >>> 1;
        if (timeout.deadlineNanos - heap[parent].deadlineNanos >= 0) {
          break;
        }
        place(index, heap[parent]);
        index = parent;
      }
      place(index, timeout);
    }

    private void siftDown(int start, Timeout timeout) {
      int index = start;
      while (true) {
        int child = 2 * index + 1;
        if (child >= size) {
          break;
        }
        if (child + 1 < size && heap[child + 1].deadlineNanos - heap[child].deadlineNanos < 0) {
          child++;
        }
        if (timeout.deadlineNanos - heap[child].deadlineNanos <= 0) {
          break;
        }
        place(index, heap[child]);
        index = child;
      }
      place(index, timeout);
    }

    private void place(int index, Timeout timeout) {
      heap[index] = timeout;
      timeout.heapIndex = index;
    }
  }
}
