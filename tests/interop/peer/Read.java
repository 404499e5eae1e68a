import io.pravega.client.EventStreamClientFactory;
import io.pravega.client.stream.EventRead;
import io.pravega.client.stream.EventStreamReader;
import io.pravega.client.stream.ReaderConfig;
import io.pravega.client.stream.impl.ByteArraySerializer;

/** Reads a number of events with one reader of a group, and measures all but the first ones. */
final class Read {
  private static final int LOOK_AT_CLOCK_EVERY = 64;

  private final Options options;
  private final long count;
  private final long warmUp;
  private Clock clock;
  private long seen;
  private long bytes;
  private long checksums;
  private long numbers;
  private long lastNanos;
  private String checkpoint = "";

  Read(Options options) {
    this.options = options;
    count = options.count(4);
    warmUp = options.number("warmup", 0);
  }

  void read() throws Exception {
    String group = options.word(2);
    if (options.has("create")) {
      new Groups(options).createIfNew(group);
    }
    try (EventStreamClientFactory factory =
            EventStreamClientFactory.withScope(options.scope(), options.client());
        EventStreamReader<byte[]> reader =
            factory.createReader(
                options.word(3),
                group,
                new ByteArraySerializer(),
                ReaderConfig.builder().build())) {
      readAll(reader);
      report();
    }
  }

  private void readAll(EventStreamReader<byte[]> reader) {
    long idleNanos = options.number("idle-ms", 10_000) * 1_000_000L;
    restart();
    while (seen < count) {
      EventRead<byte[]> one = reader.readNextEvent(1000);
      if (one.isCheckpoint()) {
        checkpoint = one.getCheckpointName();
      } else if (one.getEvent() != null) {
        take(one.getEvent());
      } else if (System.nanoTime() - lastNanos > idleNanos) {
        break;
      }
    }
  }

  private void restart() {
    clock = new Clock(options.number("server-pid", 0));
    lastNanos = clock.startNanos;
    bytes = 0;
  }

  private void take(byte[] event) {
    if (seen == 0 || seen == warmUp) {
      restart();
    }
    seen++;
    bytes += event.length;
    checksums += Events.checksum(event);
    if (event.length >= 8) {
      numbers += Events.number(event);
    }
    if (seen % LOOK_AT_CLOCK_EVERY == 0 || seen >= count) {
      lastNanos = System.nanoTime();
    }
  }

  private void report() {
    double wall = clock.wallSeconds(lastNanos);
    double cpu = clock.cpuSeconds();
    long timed = seen > warmUp ? seen - warmUp : seen;
    Json.print(
        "op", "read", "count", seen, "expected", count, "timed", timed, "wall_s", wall,
        "events_per_s", timed / wall, "mb_per_s", bytes / wall / 1e6,
        "client_cpu_s", cpu, "cpu_us_per_event", cpu * 1e6 / timed,
        "server_cpu_s", clock.serverCpuSeconds(),
        "crc32c_sum", checksums, "seq_sum", numbers, "last_checkpoint", checkpoint);
  }
}
