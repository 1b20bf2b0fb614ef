package heddle.cli;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes JSON: maps, lists, text, numbers and booleans. */
final class Json {
  private final StringBuilder out = new StringBuilder();

  private Json() {}

  /**
   * Returns {@code value} as JSON.
   *
   * @throws IllegalArgumentException if something in it is of another type
   */
  static String of(Object value) {
    var json = new Json();
    json.value(value);
    return json.out.toString();
  }

  private void value(Object value) {
    switch (value) {
      case Map<?, ?> map -> object(map);
      case List<?> list -> array(list);
      case String text -> string(text);
      case Number number -> out.append(number);
      case Boolean bool -> out.append(bool);
      default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
    }
  }

  private void object(Map<?, ?> map) {
    out.append('{');
    for (Iterator<? extends Map.Entry<?, ?>> i = map.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<?, ?> entry = i.next();
      string((String) entry.getKey());
      out.append(':');
      value(entry.getValue());
      out.append(i.hasNext() ? "," : "");
    }
    out.append('}');
  }

  private void array(List<?> list) {
    out.append('[');
    for (Iterator<?> i = list.iterator(); i.hasNext(); ) {
      value(i.next());
      out.append(i.hasNext() ? ",\n " : "");
    }
    out.append(']');
  }

  private void string(String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < ' ' || c == 0x7f) {
        out.append(String.format("\\u%04x", (int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
