import io.pravega.client.ClientConfig;
import io.pravega.shared.security.auth.DefaultCredentials;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The words of the command line: positional ones, and {@code --name value} pairs. */
final class Options {
  private static final Set<String> FLAGS = Set.of("create", "no-pooling", "await-each", "large");

  private final Map<String, String> named = new HashMap<>();
  private final List<String> positional = new ArrayList<>();

  Options(String[] words) {
    for (int i = 1; i < words.length; i++) {
      if (!words[i].startsWith("--")) {
        positional.add(words[i]);
        continue;
      }
      String name = words[i].substring(2);
      if (FLAGS.contains(name)) {
        named.put(name, "1");
      } else if (i + 1 < words.length) {
        named.put(name, words[++i]);
      } else {
        throw new IllegalArgumentException("--" + name + " needs a value");
      }
    }
  }

  boolean has(String name) {
    return named.containsKey(name);
  }

  String text(String name, String otherwise) {
    return named.getOrDefault(name, otherwise);
  }

  long number(String name, long otherwise) {
    return has(name) ? Long.parseLong(named.get(name)) : otherwise;
  }

  double ratio(String name, double otherwise) {
    return has(name) ? Double.parseDouble(named.get(name)) : otherwise;
  }

  void putIfAbsent(String name, String value) {
    named.putIfAbsent(name, value);
  }

  String word(int index) {
    if (index >= positional.size()) {
      throw new IllegalArgumentException("missing argument " + (index + 1));
    }
    return positional.get(index);
  }

  int count(int index) {
    return Integer.parseInt(word(index));
  }

  String scope() {
    return word(0);
  }

  String stream() {
    return word(1);
  }

  ClientConfig client() {
    URI controller = URI.create(text("controller", "tcp://127.0.0.1:9090"));
    ClientConfig.ClientConfigBuilder builder = ClientConfig.builder().controllerURI(controller);
    if (has("max-connections")) {
      builder.maxConnectionsPerSegmentStore((int) number("max-connections", 10));
    }
    if (has("trust-store")) {
      builder.trustStore(text("trust-store", ""));
    }
    if (has("user")) {
      builder.credentials(new DefaultCredentials(text("password", ""), text("user", "")));
    }
    return builder.build();
  }
}
