import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** Writes JSON: maps, lists, numbers, truth values and texts. */
final class Json {
  private Json() {}

  /** Prints one object; the arguments are names and values in turn. */
  static void print(Object... namesAndValues) {
    StringJoiner members = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      members.add(member(namesAndValues[i], namesAndValues[i + 1]));
    }
    System.out.println(members);
  }

  private static String member(Object name, Object value) {
    return quoted(name.toString()) + ": " + value(value);
  }

  private static String value(Object value) {
    if (value instanceof Double) {
      double number = (Double) value;
      boolean finite = !Double.isNaN(number) && !Double.isInfinite(number);
      return finite ? String.format(Locale.ROOT, "%.3f", number) : "null";
    }
    if (value == null || value instanceof Number || value instanceof Boolean) {
      return String.valueOf(value);
    }
    if (value instanceof List) {
      StringJoiner items = new StringJoiner(", ", "[", "]");
      ((List<?>) value).forEach(item -> items.add(value(item)));
      return items.toString();
    }
    if (value instanceof Map) {
      StringJoiner members = new StringJoiner(", ", "{", "}");
      ((Map<?, ?>) value).forEach((name, item) -> members.add(member(name, item)));
      return members.toString();
    }
    return quoted(value.toString());
  }

  private static String quoted(String text) {
    String escaped = text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    return '"' + escaped + '"';
  }
}
