package heddle.control;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Writes records into messages and reads them again, component by component: numbers, texts, bytes,
 * addresses, enums, other records, and lists and options of these.
 */
final class RecordCodec {
  private static final int MAX_TEXT_BYTES = 64 << 10;
  private static final int MAX_ITEMS = 10_000;

  private RecordCodec() {}

  /** Appends a record of one of the kinds that a sealed interface permits, with its name. */
  static void writeKind(Record value, Message out) throws ControlException {
    out.text(value.getClass().getSimpleName());
    write(value.getClass(), value, out);
  }

  /**
   * Reads what {@link #writeKind} wrote.
   *
   * @throws ControlException if it is none of the kinds that {@code sealed} permits
   */
  static <T> T readKind(Class<T> sealed, Message in) throws ControlException {
    String name = in.text(MAX_TEXT_BYTES);
    for (Class<?> kind : sealed.getPermittedSubclasses()) {
      if (kind.getSimpleName().equals(name)) {
        return sealed.cast(record(kind, in));
      }
    }
    throw new ControlException(
        "\"" + name + "\" is not known; mount and command seem to be of different versions");
  }

  private static void write(Type type, Object value, Message out) throws ControlException {
    switch (value) {
      case String text -> out.text(text);
      case byte[] bytes -> out.bytes(bytes);
      case Integer number -> out.number(number);
      case Long number -> out.number(number);
      case Boolean flag -> out.number(flag ? 1 : 0);
      case Enum<?> constant -> out.text(constant.name());
      case InetAddress address -> out.bytes(address.getAddress());
      case OptionalInt number -> {
        out.number(number.isPresent() ? 1 : 0);
        if (number.isPresent()) {
          out.number(number.getAsInt());
        }
      }
      case Optional<?> option -> writeAll(type, option.stream().toList(), out);
      case List<?> list -> writeAll(type, list, out);
      case Record record -> {
        for (RecordComponent part : record.getClass().getRecordComponents()) {
          write(part.getGenericType(), component(part, record), out);
        }
      }
      default -> throw new IllegalArgumentException("no form for " + value.getClass());
    }
  }

  private static void writeAll(Type type, List<?> items, Message out) throws ControlException {
    out.number(items.size());
    for (Object item : items) {
      write(argument(type), item, out);
    }
  }

  private static Object component(RecordComponent part, Record record) {
    try {
      part.getAccessor().setAccessible(true); // of records that are not public
      return part.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(part + " cannot be read", e);
    }
  }

  private static Object read(Type type, Message in) throws ControlException {
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == Optional.class) {
        List<Object> items = readAll(generic, 1, in);
        return items.isEmpty() ? Optional.empty() : Optional.of(items.getFirst());
      }
      return List.copyOf(readAll(generic, MAX_ITEMS, in));
    }
    if (type == String.class) {
      return in.text(MAX_TEXT_BYTES);
    }
    if (type == byte[].class) {
      return in.bytes(MAX_TEXT_BYTES);
    }
    if (type == long.class || type == Long.class) {
      return in.number();
    }
    if (type == int.class) {
      return integer(in);
    }
    if (type == boolean.class) {
      return in.count(1) == 1;
    }
    if (type == OptionalInt.class) {
      return in.count(1) == 1 ? OptionalInt.of(integer(in)) : OptionalInt.empty();
    }
    if (type == InetAddress.class) {
      return address(in);
    }
    Class<?> plain = (Class<?>) type;
    return plain.isEnum() ? constant(plain, in) : record(plain, in);
  }

  private static List<Object> readAll(ParameterizedType type, int max, Message in)
      throws ControlException {
    int count = in.count(max);
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(read(argument(type), in));
    }
    return items;
  }

  private static Type argument(Type type) {
    return ((ParameterizedType) type).getActualTypeArguments()[0];
  }

  private static int integer(Message in) throws ControlException {
    long number = in.number();
    if (number != (int) number) {
      throw new ControlException("the number " + number + " is too great");
    }
    return (int) number;
  }

  private static InetAddress address(Message in) throws ControlException {
    try {
      return InetAddress.getByAddress(in.bytes(16));
    } catch (UnknownHostException e) {
      throw new ControlException("no address", e);
    }
  }

  private static Object constant(Class<?> type, Message in) throws ControlException {
    String name = in.text(MAX_TEXT_BYTES);
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> ((Enum<?>) constant).name().equals(name))
        .findFirst()
        .orElseThrow(() -> new ControlException("no " + type.getSimpleName() + ": " + name));
  }

  private static Object record(Class<?> type, Message in) throws ControlException {
    RecordComponent[] parts = type.getRecordComponents();
    Class<?>[] types = new Class<?>[parts.length];
    Object[] values = new Object[parts.length];
    for (int i = 0; i < parts.length; i++) {
      types[i] = parts[i].getType();
      values[i] = read(parts[i].getGenericType(), in);
    }
    try {
      var constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      throw new ControlException(type.getSimpleName() + " refuses what came", e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException(type + " cannot be made", e);
    }
  }
}
