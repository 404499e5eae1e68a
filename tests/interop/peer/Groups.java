import io.pravega.client.admin.ReaderGroupManager;
import io.pravega.client.stream.Checkpoint;
import io.pravega.client.stream.ReaderGroup;
import io.pravega.client.stream.ReaderGroupConfig;
import io.pravega.client.stream.Stream;
import io.pravega.client.stream.StreamCut;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Reader groups: create, delete, describe, reset; readers that are gone; checkpoints. */
final class Groups {
  private final Options options;

  Groups(Options options) {
    this.options = options;
  }

  private ReaderGroupManager manager() {
    return ReaderGroupManager.withScope(options.scope(), options.client());
  }

  void create() {
    createIfNew(options.word(2));
    Json.print("op", "group-create", "ok", true);
  }

  void createIfNew(String group) {
    ReaderGroupConfig.ReaderGroupConfigBuilder builder = settings();
    builder.retentionType(retention());
    Stream stream = Stream.of(options.scope(), options.stream());
    builder.stream(stream, cut("from"), cut("to"));
    try (ReaderGroupManager manager = manager()) {
      manager.createReaderGroup(group, builder.build());
    }
  }

  private ReaderGroupConfig.ReaderGroupConfigBuilder settings() {
    ReaderGroupConfig.ReaderGroupConfigBuilder builder = ReaderGroupConfig.builder();
    long checkpointMillis = options.number("auto-checkpoint-ms", 0);
    if (checkpointMillis > 0) {
      builder.automaticCheckpointIntervalMillis(checkpointMillis);
    } else {
      builder.disableAutomaticCheckpoints();
    }
    return builder.groupRefreshTimeMillis(options.number("refresh-ms", 3000));
  }

  /** From the checkpoint in a file; every reader of the group ends. */
  void reset() throws Exception {
    Checkpoint from =
        Checkpoint.fromBytes(ByteBuffer.wrap(Files.readAllBytes(Path.of(options.word(2)))));
    try (ReaderGroupManager manager = manager();
        ReaderGroup group = manager.getReaderGroup(options.word(1))) {
      group.resetReaderGroup(settings().startFromCheckpoint(from).build());
      Json.print("op", "group-reset", "name", from.getName());
    }
  }

  private ReaderGroupConfig.StreamDataRetention retention() {
    switch (options.text("retention", "none")) {
      case "none": return ReaderGroupConfig.StreamDataRetention.NONE;
      case "manual":
        return ReaderGroupConfig.StreamDataRetention.MANUAL_RELEASE_AT_USER_STREAMCUT;
      case "automatic":
        return ReaderGroupConfig.StreamDataRetention.AUTOMATIC_RELEASE_AT_LAST_CHECKPOINT;
      default: throw new IllegalArgumentException("--retention none, manual or automatic");
    }
  }

  private StreamCut cut(String name) {
    return options.has(name) ? StreamCut.from(options.text(name, "")) : StreamCut.UNBOUNDED;
  }

  void delete() {
    try (ReaderGroupManager manager = manager()) {
      manager.deleteReaderGroup(options.word(1));
      Json.print("op", "group-delete", "ok", true);
    }
  }

  void info() {
    try (ReaderGroupManager manager = manager();
        ReaderGroup group = manager.getReaderGroup(options.word(1))) {
      Json.print(
          "op", "group-info",
          "readers", new ArrayList<>(group.getOnlineReaders()),
          "streams", new ArrayList<>(group.getStreamNames()),
          "cuts", cuts(group.getStreamCuts()),
          "unreadBytes", group.getMetrics().unreadBytes());
    }
  }

  void readerOffline() {
    try (ReaderGroupManager manager = manager();
        ReaderGroup group = manager.getReaderGroup(options.word(1))) {
      group.readerOffline(options.word(2), null);
      Json.print("op", "reader-offline", "ok", true);
    }
  }

  /** Readers of the group must be reading meanwhile. */
  void checkpoint() throws Exception {
    ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor();
    try (ReaderGroupManager manager = manager();
        ReaderGroup group = manager.getReaderGroup(options.word(1))) {
      Checkpoint made =
          group
              .initiateCheckpoint(options.word(2), executor)
              .get(options.number("timeout-ms", 30_000), TimeUnit.MILLISECONDS);
      if (options.has("bytes")) {
        ByteBuffer bytes = made.toBytes();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        Files.write(Path.of(options.text("bytes", "")), copy);
      }
      Json.print(
          "op", "checkpoint", "name", made.getName(),
          "cuts", cuts(made.asImpl().getPositions()));
    } finally {
      executor.shutdownNow();
    }
  }

  private static List<Object> cuts(Map<Stream, StreamCut> positions) {
    List<Object> result = new ArrayList<>();
    positions.forEach(
        (stream, cut) ->
            result.add(
                Map.of(
                    "stream", stream.getScopedName(),
                    "cut", cut.toString(),
                    "text", cut.asText())));
    return result;
  }
}
