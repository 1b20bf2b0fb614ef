package heddle.fuse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import jnr.ffi.BaseStruct;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.junit.jupiter.api.Test;
import ru.serce.jnrfuse.struct.FuseOperations;

final class OperationTableTest {
  private final FuseOperations layout = new FuseOperations(Runtime.getSystemRuntime());
  private final OperationTable table =
      OperationTable.of(
          new FuseAdapter(
              new MemoryTree(),
              new Credentials(() -> null, MountIdentities.anonymous()),
              System::nanoTime,
              MountOptions.Access.READ_ONLY));

  private final OperationTable writable =
      OperationTable.of(
          new FuseAdapter(
              new MemoryTree(),
              new Credentials(() -> null, MountIdentities.anonymous()),
              System::nanoTime,
              MountOptions.Access.READ_WRITE));

  @Test
  void inAWritableMountNamesCanBeChanged() {
    assertThat(
            List.of(layout.mkdir, layout.unlink, layout.rename, layout.create, layout.chmod)
                .stream()
                .map(changing -> writable.memory().getPointer(changing.offset()).address()))
        .doesNotHaveDuplicates();
  }

  private Pointer function(BaseStruct.Func<?> operation) {
    return table.memory().getPointer(operation.offset());
  }

  @Test
  void structIsAsLongAsLibfuseKnowsIt() {
    assertThat(table.size()).isEqualTo(45 * Long.BYTES); // 44 functions and a word of flags
  }

  @Test
  void everyChangeIsRefusedByOneFunction() {
    assertThat(function(layout.write))
        .isNotNull()
        .isEqualTo(function(layout.unlink))
        .isEqualTo(function(layout.rename))
        .isEqualTo(function(layout.setxattr))
        .isNotEqualTo(function(layout.read));
  }

  @Test
  void whatIsNotOfferedIsLeftToTheKernel() {
    assertThat(function(layout.lock)).isNull();
    assertThat(function(layout.flock)).isNull();
    assertThat(function(layout.bmap)).isNull();
    assertThat(function(layout.fallocate)).isNull();
    assertThat(function(layout.ioctl)).isNull();
    assertThat(function(layout.read_buf)).isNull();
  }

  @Test
  void noPathIsNeededWhereThereIsAHandle() {
    assertThat(table.memory().getInt(layout.bmap.offset() + Long.BYTES)).isEqualTo(0b111);
  }
}
