package heddle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class JsonTest {
  @Test
  void valuesAreWritten() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("text", "a\"b\\c\n\u001b\u007fü");
    map.put("number", 1L << 40);
    map.put("bool", true);
    map.put("none", List.of());
    map.put("list", List.of(1, Map.of()));

    assertThat(Json.of(map))
        .isEqualTo(
            "{\"text\":\"a\\\"b\\\\c\\u000a\\u001b\\u007fü\",\"number\":1099511627776,"
                + "\"bool\":true,\"none\":[],\"list\":[1,\n {}]}");
  }

  @Test
  void otherTypesAreRefused() {
    assertThatThrownBy(() -> Json.of(List.of('c'))).isInstanceOf(IllegalArgumentException.class);
  }
}
