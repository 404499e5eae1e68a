import io.pravega.client.EventStreamClientFactory;
import io.pravega.client.admin.StreamManager;
import io.pravega.client.stream.EventWriterConfig;
import io.pravega.client.stream.Stream;
import io.pravega.client.stream.Transaction;
import io.pravega.client.stream.TransactionInfo;
import io.pravega.client.stream.TransactionalEventStreamWriter;
import io.pravega.client.stream.TxnFailedException;
import io.pravega.client.stream.impl.ByteArraySerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Writes numbered events in transactions of {@code --txn} events each; begins one and leaves it
 * open; ends one; lists those that ended.
 */
final class Transactions {
  private static final long LEASE_MILLIS = 90_000;

  private final Options options;
  private final long perTransaction;
  private final List<Transaction<byte[]>> committing = new ArrayList<>();
  private long aborted;

  Transactions(Options options) {
    this.options = options;
    perTransaction = options.number("txn", 1000);
  }

  private Events events() {
    return new Events(options.count(3), Math.max(1, options.number("keys", 100)));
  }

  private EventStreamClientFactory factory() {
    return EventStreamClientFactory.withScope(options.scope(), options.client());
  }

  private TransactionalEventStreamWriter<byte[]> writer(EventStreamClientFactory factory) {
    EventWriterConfig config =
        EventWriterConfig.builder()
            .transactionTimeoutTime(LEASE_MILLIS)
            .enableConnectionPooling(!options.has("no-pooling"))
            .build();
    return factory.createTransactionalEventWriter(
        options.text("writer-id", "peer-txn-writer"),
        options.stream(),
        new ByteArraySerializer(),
        config);
  }

  void begin() throws Exception {
    try (EventStreamClientFactory factory = factory();
        TransactionalEventStreamWriter<byte[]> writer = writer(factory)) {
      Events events = events();
      long count = options.count(2);
      long start = options.number("start", 0);
      Transaction<byte[]> transaction = writer.beginTxn();
      for (long i = 0; i < count; i++) {
        transaction.writeEvent(events.key(start + i), events.payload(start + i));
      }
      transaction.flush();
      Json.print("op", "txn-begin", "id", transaction.getTxnId(), "count", count);
    }
  }

  /** Commits or aborts a transaction that any process has begun, and waits for the end. */
  void end() throws Exception {
    try (EventStreamClientFactory factory = factory();
        TransactionalEventStreamWriter<byte[]> writer = writer(factory)) {
      Transaction<byte[]> transaction = writer.getTxn(UUID.fromString(options.word(2)));
      if (options.word(3).equals("commit")) {
        transaction.commit();
      } else {
        transaction.abort();
      }
      Transaction.Status status = transaction.checkStatus();
      while (status == Transaction.Status.COMMITTING || status == Transaction.Status.ABORTING) {
        Thread.sleep(2);
        status = transaction.checkStatus();
      }
      Json.print("op", "txn-end", "id", transaction.getTxnId(), "status", status);
    }
  }

  void list() {
    try (StreamManager manager = StreamManager.create(options.client())) {
      List<Object> committed = new ArrayList<>();
      List<Object> aborted = new ArrayList<>();
      Stream stream = Stream.of(options.scope(), options.stream());
      for (TransactionInfo one : manager.listCompletedTransactions(stream)) {
        boolean good = one.getTransactionStatus() == Transaction.Status.COMMITTED;
        (good ? committed : aborted).add(one.getTransactionId());
      }
      Json.print("op", "txn-list", "committed", committed, "aborted", aborted);
    }
  }

  void write() throws Exception {
    try (EventStreamClientFactory factory = factory();
        TransactionalEventStreamWriter<byte[]> writer = writer(factory)) {
      long count = options.count(2);
      long start = options.number("start", 0);
      long warmup = options.number("warmup", 0);
      writeAll(writer, start, warmup);
      awaitCommitted();
      committing.clear();
      Clock clock = new Clock(options.number("server-pid", 0));
      writeAll(writer, start + warmup, count);
      awaitCommitted();
      double wall = clock.wallSeconds();
      Json.print(
          "op", "write-txn", "count", count, "per_txn", perTransaction,
          "txns", committing.size(), "aborted", aborted, "wall_s", wall,
          "events_per_s", count / wall, "txns_per_s", committing.size() / wall,
          "transactions_per_s", committing.size() / wall,
          "cpu_us_per_event", clock.cpuSeconds() * 1e6 / count,
          "client_cpu_s", clock.cpuSeconds(), "server_cpu_s", clock.serverCpuSeconds());
    }
  }

  /**
   * With --abort-every N, each N-th transaction has foreign events and is aborted. With
   * --await-each, a transaction begins when the one before is committed, not when its commit is
   * accepted.
   */
  private void writeAll(TransactionalEventStreamWriter<byte[]> writer, long start, long count)
      throws TxnFailedException, InterruptedException {
    Events events = events();
    long abortEvery = options.number("abort-every", 0);
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
      if (options.has("await-each")) {
        awaitCommitted(transaction);
      }
    }
  }

  private void awaitCommitted() throws InterruptedException {
    for (Transaction<byte[]> transaction : committing) {
      awaitCommitted(transaction);
    }
  }

  private static void awaitCommitted(Transaction<byte[]> transaction)
      throws InterruptedException {
    Transaction.Status status = transaction.checkStatus();
    while (status == Transaction.Status.COMMITTING) {
      Thread.sleep(2);
      status = transaction.checkStatus();
    }
    if (status != Transaction.Status.COMMITTED) {
      throw new IllegalStateException("transaction " + transaction.getTxnId() + " is " + status);
    }
  }
}
