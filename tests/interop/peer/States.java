import io.pravega.client.SynchronizerClientFactory;
import io.pravega.client.state.InitialUpdate;
import io.pravega.client.state.Revision;
import io.pravega.client.state.Revisioned;
import io.pravega.client.state.StateSynchronizer;
import io.pravega.client.state.SynchronizerConfig;
import io.pravega.client.state.Update;
import io.pravega.client.stream.Serializer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** A list of words that processes share: each update adds one. */
final class States {
  private final Options options;

  States(Options options) {
    this.options = options;
  }

  /** Adds COUNT words in NAME's name; compacts after each --compact-every of them. */
  void run() {
    String name = options.word(2);
    int count = options.count(3);
    long compactEvery = options.number("compact-every", 0);
    try (SynchronizerClientFactory factory =
            SynchronizerClientFactory.withScope(options.scope(), options.client());
        StateSynchronizer<Words> state =
            factory.createStateSynchronizer(
                options.stream(),
                new Form<Word>(Word::new, word -> word.text),
                new Form<Begin>(Begin::parse, begin -> begin.text),
                SynchronizerConfig.builder().build())) {
      state.initialize(new Begin("."));
      for (int i = 0; i < count; i++) {
        Word word = new Word(name + "-" + i);
        if (i % 5 == 4) {
          state.updateStateUnconditionally(word);
        } else {
          state.updateState(
              (now, updates) -> {
                updates.add(word);
              });
        }
        if (compactEvery > 0 && i % compactEvery == compactEvery - 1) {
          state.compact(now -> new Begin(now.form()));
        }
      }
      state.fetchUpdates();
      Json.print("op", "state", "words", state.getState().words);
    }
  }

  /** The state: never changed once it is made. */
  private static final class Words implements Revisioned {
    private final String stream;
    private final Revision revision;
    private final List<String> words;

    Words(String stream, Revision revision, List<String> words) {
      this.stream = stream;
      this.revision = revision;
      this.words = words;
    }

    @Override
    public String getScopedStreamName() {
      return stream;
    }

    @Override
    public Revision getRevision() {
      return revision;
    }

    String form() {
      StringBuilder text = new StringBuilder();
      words.forEach(word -> text.append(word).append(','));
      return text.append('.').toString();
    }
  }

  private static final class Word implements Update<Words> {
    private final String text;

    Word(String text) {
      this.text = text;
    }

    @Override
    public Words applyTo(Words before, Revision revision) {
      List<String> words = new ArrayList<>(before.words);
      words.add(text);
      return new Words(before.getScopedStreamName(), revision, words);
    }
  }

  /** "a,b,." as the C++ side has it; what follows the point is padding. */
  private static final class Begin implements InitialUpdate<Words> {
    private final String text;

    Begin(String text) {
      this.text = text;
    }

    static Begin parse(String padded) {
      return new Begin(padded.substring(0, padded.indexOf('.') + 1));
    }

    @Override
    public Words create(String stream, Revision revision) {
      List<String> words = new ArrayList<>();
      for (String word : text.substring(0, text.length() - 1).split(",")) {
        if (!word.isEmpty()) {
          words.add(word);
        }
      }
      return new Words(stream, revision, words);
    }
  }

  private static final class Form<T> implements Serializer<T> {
    private final Function<String, T> read;
    private final Function<T, String> write;

    Form(Function<String, T> read, Function<T, String> write) {
      this.read = read;
      this.write = write;
    }

    @Override
    public ByteBuffer serialize(T value) {
      return ByteBuffer.wrap(write.apply(value).getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public T deserialize(ByteBuffer bytes) {
      return read.apply(StandardCharsets.UTF_8.decode(bytes).toString());
    }
  }
}
