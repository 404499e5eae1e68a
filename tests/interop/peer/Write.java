import io.pravega.client.EventStreamClientFactory;
import io.pravega.client.stream.EventStreamWriter;
import io.pravega.client.stream.EventWriterConfig;
import io.pravega.client.stream.impl.ByteArraySerializer;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Writes numbered events: as fast as a window allows, or one at a time. */
final class Write {
  private final Options options;
  private final long count;
  private final int size;
  private final Events events;
  private final AtomicLong failed = new AtomicLong();
  private long next;

  Write(Options options) {
    this.options = options;
    count = options.count(2);
    size = options.count(3);
    events = new Events(size, options.number("keys", 100));
    next = options.number("start", 0);
  }

  private static EventWriterConfig config(Options options) {
    return EventWriterConfig.builder()
        .enableConnectionPooling(!options.has("no-pooling"))
        .enableLargeEvents(options.has("large"))
        .build();
  }

  private EventStreamWriter<byte[]> open(EventStreamClientFactory factory) {
    return factory.createEventWriter(
        options.stream(), new ByteArraySerializer(), config(options));
  }

  private int window() {
    long byBytes = options.number("window-bytes", 64L << 20) / size;
    return (int) Math.max(1, Math.min(options.number("window-events", 100_000), byBytes));
  }

  void write() throws Exception {
    try (EventStreamClientFactory factory =
            EventStreamClientFactory.withScope(options.scope(), options.client());
        EventStreamWriter<byte[]> writer = open(factory)) {
      int window = window();
      Semaphore room = new Semaphore(window);
      long warmUp = options.number("warmup", 0);
      writeAll(writer, room, window, new long[(int) warmUp], new long[(int) warmUp], 0);
      long[] sent = new long[(int) count];
      long[] done = new long[(int) count];
      Clock clock = new Clock(options.number("server-pid", 0));
      writeAll(writer, room, window, sent, done, options.ratio("rate", 0));
      report(clock, clock.wallSeconds(), window, sent, done);
    }
  }

  /** Writes one event for each element and waits until all are acknowledged. */
  private void writeAll(
      EventStreamWriter<byte[]> writer,
      Semaphore room,
      int window,
      long[] sent,
      long[] done,
      double rate)
      throws Exception {
    long start = System.nanoTime();
    for (int i = 0; i < sent.length; i++, next++) {
      byte[] payload = events.payload(next);
      if (rate > 0) {
        long due = start + (long) (i * 1e9 / rate);
        for (long left; (left = due - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(left);
        }
      }
      room.acquire();
      int index = i;
      sent[i] = System.nanoTime();
      writer
          .writeEvent(events.key(next), payload)
          .whenComplete(
              (nothing, error) -> {
                done[index] = System.nanoTime();
                if (error != null) {
                  failed.incrementAndGet();
                }
                room.release();
              });
    }
    writer.flush();
    room.acquire(window);
    room.release(window);
  }

  private void report(Clock clock, double wall, int window, long[] sent, long[] done) {
    double cpu = clock.cpuSeconds();
    long[] latency = new long[done.length];
    Arrays.setAll(latency, i -> done[i] - sent[i]);
    Arrays.sort(latency);
    Arrays.sort(done);
    long gap = 0;
    for (int i = 1; i < done.length; i++) {
      gap = Math.max(gap, done[i] - done[i - 1]);
    }
    Json.print(
        "op", "write", "count", count, "size", size, "window", window,
        "failed", failed.get(), "wall_s", wall,
        "events_per_s", count / wall,
        "mb_per_s", count * (double) size / wall / 1e6,
        "max_ack_gap_ms", gap / 1e6,
        "client_cpu_s", cpu, "cpu_us_per_event", cpu * 1e6 / count,
        "server_cpu_s", clock.serverCpuSeconds(),
        "p50_us", Clock.micros(latency, .5),
        "p99_us", Clock.micros(latency, .99),
        "max_us", Clock.micros(latency, 1));
  }

  /** One event in flight: the next one is written when the last one is durable. */
  void latency() throws Exception {
    try (EventStreamClientFactory factory =
            EventStreamClientFactory.withScope(options.scope(), options.client());
        EventStreamWriter<byte[]> writer = open(factory)) {
      oneByOne(writer, new long[(int) options.number("warmup", 500)]);
      long[] latency = new long[(int) count];
      Clock clock = new Clock(options.number("server-pid", 0));
      oneByOne(writer, latency);
      double wall = clock.wallSeconds();
      double cpu = clock.cpuSeconds();
      Arrays.sort(latency);
      Json.print(
          "op", "latency", "count", count, "size", size, "wall_s", wall,
          "events_per_s", count / wall,
          "client_cpu_s", cpu, "cpu_us_per_event", cpu * 1e6 / count,
          "server_cpu_s", clock.serverCpuSeconds(),
          "min_us", Clock.micros(latency, 0), "p50_us", Clock.micros(latency, .5),
          "p90_us", Clock.micros(latency, .9), "p99_us", Clock.micros(latency, .99),
          "max_us", Clock.micros(latency, 1));
    }
  }

  private void oneByOne(EventStreamWriter<byte[]> writer, long[] latency) throws Exception {
    for (int i = 0; i < latency.length; i++, next++) {
      byte[] payload = events.payload(next);
      long start = System.nanoTime();
      writer.writeEvent(events.key(next), payload).get();
      latency[i] = System.nanoTime() - start;
    }
  }
}
