import io.pravega.client.EventStreamClientFactory;
import io.pravega.client.stream.EventWriterConfig;
import io.pravega.client.stream.Transaction;
import io.pravega.client.stream.TransactionalEventStreamWriter;
import io.pravega.client.stream.TxnFailedException;
import io.pravega.client.stream.impl.ByteArraySerializer;
import java.util.ArrayList;
import java.util.List;

/** Writes numbered events in transactions of {@code --txn} events each. */
final class Transactions {
  private static final long LEASE_MILLIS = 90_000;

  private final Options options;
  private final long perTransaction;
  private final Events events;
  private final List<Transaction<byte[]>> committing = new ArrayList<>();
  private long aborted;

  Transactions(Options options) {
    this.options = options;
    perTransaction = options.number("txn", 1000);
    events = new Events(options.count(3), Math.max(1, options.number("keys", 100)));
  }

  void write() throws Exception {
    EventWriterConfig config =
        EventWriterConfig.builder()
            .transactionTimeoutTime(LEASE_MILLIS)
            .enableConnectionPooling(!options.has("no-pooling"))
            .build();
    try (EventStreamClientFactory factory =
            EventStreamClientFactory.withScope(options.scope(), options.client());
        TransactionalEventStreamWriter<byte[]> writer =
            factory.createTransactionalEventWriter(
                options.text("writer-id", "peer-txn-writer"),
                options.stream(),
                new ByteArraySerializer(),
                config)) {
      long count = options.count(2);
      Clock clock = new Clock(options.number("server-pid", 0));
      writeAll(writer, count);
      awaitCommitted();
      double wall = clock.wallSeconds();
      Json.print(
          "op", "write-txn", "count", count, "per_txn", perTransaction,
          "txns", committing.size(), "aborted", aborted, "wall_s", wall,
          "events_per_s", count / wall, "txns_per_s", committing.size() / wall,
          "client_cpu_s", clock.cpuSeconds(), "server_cpu_s", clock.serverCpuSeconds());
    }
  }

  /** With --abort-every N, each N-th transaction has foreign events and is aborted. */
  private void writeAll(TransactionalEventStreamWriter<byte[]> writer, long count)
      throws TxnFailedException {
    long abortEvery = options.number("abort-every", 0);
    long start = options.number("start", 0);
    long begun = 0;
    for (long done = 0; done < count; ) {
      Transaction<byte[]> transaction = writer.beginTxn();
      begun++;
      if (abortEvery > 0 && begun % abortEvery == 0) {
        for (long i = 0; i < perTransaction; i++) {
          transaction.writeEvent(events.key(i), events.payload(-1 - i));
        }
        transaction.abort();
        aborted++;
        continue;
      }
      for (long i = 0; i < perTransaction && done < count; i++, done++) {
        transaction.writeEvent(events.key(start + done), events.payload(start + done));
      }
      transaction.commit();
      committing.add(transaction);
    }
  }

  private void awaitCommitted() throws InterruptedException {
    for (Transaction<byte[]> transaction : committing) {
      Transaction.Status status = transaction.checkStatus();
      while (status == Transaction.Status.COMMITTING) {
        Thread.sleep(2);
        status = transaction.checkStatus();
      }
      if (status != Transaction.Status.COMMITTED) {
        throw new IllegalStateException(
            "transaction " + transaction.getTxnId() + " is " + status);
      }
    }
  }
}
