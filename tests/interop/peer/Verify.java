import io.pravega.client.EventStreamClientFactory;
import io.pravega.client.stream.EventRead;
import io.pravega.client.stream.EventStreamReader;
import io.pravega.client.stream.ReaderConfig;
import io.pravega.client.stream.impl.ByteArraySerializer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Reads numbered events with one or more readers; counts lost, doubled and reordered ones. */
final class Verify {
  private static final int EXAMPLES_MAX = 10;

  private final Options options;
  private final int count;
  private final int readers;
  private final int keys;
  private final long start;
  private final AtomicIntegerArray seen;
  private final long[] lastOfKey;
  private final long[] perReader;
  private final AtomicLong distinct = new AtomicLong();
  private final AtomicLong reordered = new AtomicLong();
  private final AtomicLong foreign = new AtomicLong();
  private final AtomicLong checksums = new AtomicLong();
  private final AtomicLong maxGapNanos = new AtomicLong();
  private final AtomicLong lastNanos = new AtomicLong(System.nanoTime());
  private final List<Object> examples = new ArrayList<>();

  Verify(Options options) {
    this.options = options;
    count = options.count(3);
    readers = (int) options.number("readers", 1);
    keys = (int) options.number("keys", 100);
    start = options.number("start", 0);
    seen = new AtomicIntegerArray(count);
    lastOfKey = new long[Math.max(1, keys)];
    perReader = new long[readers];
    Arrays.fill(lastOfKey, Long.MIN_VALUE);
  }

  /** Whether every event came once and in order. */
  boolean verify() throws Exception {
    // A 0.13 reader lets the successors of a finished segment be read only at a checkpoint.
    options.putIfAbsent("auto-checkpoint-ms", "1000");
    if (options.has("create")) {
      new Groups(options).createIfNew(options.word(2));
    }
    Clock clock = new Clock(0);
    ExecutorService threads = Executors.newFixedThreadPool(readers);
    try (EventStreamClientFactory factory =
        EventStreamClientFactory.withScope(options.scope(), options.client())) {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < readers; i++) {
        int id = i;
        running.add(threads.submit(() -> readAll(factory, id)));
      }
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    return report(clock.wallSeconds());
  }

  private void readAll(EventStreamClientFactory factory, int id) {
    long idleNanos = options.number("idle-ms", 10_000) * 1_000_000L;
    double rate = options.ratio("rate", 0);
    long begin = System.nanoTime();
    String name = options.text("reader-prefix", "verify-") + id;
    try (EventStreamReader<byte[]> reader =
        factory.createReader(
            name, options.word(2), new ByteArraySerializer(), ReaderConfig.builder().build())) {
      // Making the group and the reader is not idling, however long it takes.
      lastNanos.set(System.nanoTime());
      while (distinct.get() < count) {
        EventRead<byte[]> one = reader.readNextEvent(500);
        if (one.getEvent() != null) {
          take(one.getEvent(), id);
          if (rate > 0) {
            long due = begin + (long) (perReader[id] * 1e9 / rate);
            LockSupport.parkNanos(Math.max(0, due - System.nanoTime()));
          }
        } else if (System.nanoTime() - lastNanos.get() > idleNanos) {
          return;
        }
      }
    }
  }

  private void take(byte[] event, int id) {
    long now = System.nanoTime();
    long gap = now - lastNanos.getAndSet(now);
    if (perReader[id]++ > 0) {
      maxGapNanos.accumulateAndGet(gap, Math::max);
    }
    checksums.addAndGet(Events.checksum(event));
    long number = Events.number(event);
    long index = number - start;
    if (index < 0 || index >= count) {
      foreign.incrementAndGet();
      return;
    }
    if (seen.getAndIncrement((int) index) == 0) {
      distinct.incrementAndGet();
    }
    if (keys > 0 || readers == 1) {
      checkOrder(number);
    }
  }

  private synchronized void checkOrder(long number) {
    int key = keys > 0 ? (int) (number % keys) : 0;
    if (number <= lastOfKey[key]) {
      reordered.incrementAndGet();
      if (examples.size() < EXAMPLES_MAX) {
        examples.add("key " + key + ": " + number + " after " + lastOfKey[key]);
      }
    }
    lastOfKey[key] = number;
  }

  private boolean report(double wall) {
    long lost = 0;
    long doubled = 0;
    for (int i = 0; i < count; i++) {
      int times = seen.get(i);
      lost += times == 0 ? 1 : 0;
      doubled += Math.max(0, times - 1);
    }
    boolean ok = lost + doubled + reordered.get() + foreign.get() == 0;
    List<Object> each = new ArrayList<>();
    for (long events : perReader) {
      each.add(events);
    }
    Json.print(
        "op", "verify", "ok", ok, "expected", count, "distinct", distinct.get(),
        "lost", lost, "duplicates", doubled, "reordered", reordered.get(),
        "foreign", foreign.get(), "crc32c_sum", checksums.get(), "per_reader", each,
        "examples", examples, "max_gap_ms", maxGapNanos.get() / 1e6, "wall_s", wall);
    return ok;
  }
}
