import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Prints what each of the named classes' method `f` returns, one line of JSON each. */
public class Values {
  public static void main(String[] args) {
    for (String name : args) System.out.println(shown(() -> Class.forName(name).getMethod("f").invoke(null)));
  }

  interface Asked {
    Object ask() throws Exception;
  }

  static String shown(Asked asked) {
    try {
      return json(asked.ask());
    } catch (Throwable error) {
      return "{\"error\":" + json(String.valueOf(error.getCause() == null ? error : error.getCause())) + "}";
    }
  }

  static String json(Object value) {
    if (value == null || value instanceof Number || value instanceof Boolean) return String.valueOf(value);
    if (value instanceof Duration) return String.valueOf(((Duration) value).toSeconds());
    if (value instanceof Map) return ((Map<?, ?>) value).entrySet().stream().map(entry -> json(String.valueOf(entry.getKey())) + ":" + json(entry.getValue())).collect(Collectors.joining(",", "{", "}"));
    if (value instanceof Collection) return ((Collection<?>) value).stream().map(Values::json).collect(Collectors.joining(",", "[", "]"));
    if (value instanceof Object[]) return json(Arrays.asList((Object[]) value));
    StringBuilder text = new StringBuilder("\"");
    for (char one : String.valueOf(value).toCharArray()) text.append(one == '"' || one == '\\' || one < ' ' || one > '~' ? String.format("\\u%04x", (int) one) : one);
    return text.append('"').toString();
  }
}
