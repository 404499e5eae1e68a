import io.pravega.client.EventStreamClientFactory;
import io.pravega.client.stream.EventRead;
import io.pravega.client.stream.EventStreamReader;
import io.pravega.client.stream.ReaderConfig;
import io.pravega.client.stream.ReinitializationRequiredException;
import io.pravega.client.stream.impl.ByteArraySerializer;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Readers of a group that read numbered events until the input ends, and then leave the group.
 * What each got goes to a file of its own, one line for each item: the time in nanoseconds, then
 * the number of an event or "@" and the name of a checkpoint.
 */
final class Share {
  private static final long FLUSH_NANOS = 50_000_000;

  private final Options options;
  private final int readers;
  private final long[] counts;
  private final AtomicInteger offline = new AtomicInteger();
  private final CountDownLatch joined;
  private volatile boolean over = false;

  Share(Options options) {
    this.options = options;
    readers = options.count(3);
    counts = new long[readers];
    joined = new CountDownLatch(readers);
  }

  void share() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(readers);
    List<Future<?>> running = new ArrayList<>();
    try (EventStreamClientFactory factory =
        EventStreamClientFactory.withScope(options.scope(), options.client())) {
      for (int i = 0; i < readers; i++) {
        int id = i;
        running.add(threads.submit(() -> readAll(factory, id)));
      }
      Thread watch = new Thread(this::watchInput);
      watch.setDaemon(true);
      watch.start();
      joined.await();
      System.out.println("joined");
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    report();
  }

  private void watchInput() {
    try {
      while (System.in.read() >= 0) {}
    } catch (IOException gone) {
      // Also an end.
    }
    over = true;
  }

  /** Words: SCOPE GROUP RECORD READERS; the file of reader i is RECORD and i. */
  private Void readAll(EventStreamClientFactory factory, int id) throws Exception {
    String name = options.text("prefix", "java-") + id;
    try (PrintWriter record = new PrintWriter(options.word(2) + id);
        EventStreamReader<byte[]> reader =
            factory.createReader(
                name, options.word(1), new ByteArraySerializer(), ReaderConfig.builder().build())) {
      joined.countDown();
      read(reader, record, id);
    } finally {
      joined.countDown();
    }
    return null;
  }

  private void read(EventStreamReader<byte[]> reader, PrintWriter record, int id) {
    long flushed = System.nanoTime();
    try {
      while (!over) {
        EventRead<byte[]> one = reader.readNextEvent(100);
        long now = System.nanoTime();
        if (one.isCheckpoint()) {
          record.print(now + " @" + one.getCheckpointName() + "\n");
        } else if (one.getEvent() != null) {
          record.print(now + " " + Events.number(one.getEvent()) + "\n");
          counts[id]++;
        }
        if (now - flushed > FLUSH_NANOS) {
          record.flush();
          flushed = now;
        }
      }
    } catch (ReinitializationRequiredException reset) {
      offline.incrementAndGet();
    }
  }

  private void report() {
    List<Object> each = new ArrayList<>();
    for (long count : counts) {
      each.add(count);
    }
    Json.print("op", "share", "per_reader", each, "offline", offline.get());
  }
}
