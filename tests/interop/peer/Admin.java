import io.pravega.client.admin.StreamInfo;
import io.pravega.client.admin.StreamManager;
import io.pravega.client.control.impl.Controller;
import io.pravega.client.control.impl.ControllerImpl;
import io.pravega.client.control.impl.ControllerImplConfig;
import io.pravega.client.control.impl.SegmentCollection;
import io.pravega.client.stream.ScalingPolicy;
import io.pravega.client.stream.StreamConfiguration;
import io.pravega.client.stream.StreamCut;
import io.pravega.client.stream.impl.SegmentWithRange;
import io.pravega.client.stream.impl.StreamImpl;
import io.pravega.client.stream.impl.StreamSegments;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Streams: create, seal, delete, truncate, info, scale. */
final class Admin {
  private final Options options;

  Admin(Options options) {
    this.options = options;
  }

  private StreamManager manager() {
    return StreamManager.create(options.client());
  }

  void create() {
    try (StreamManager manager = manager()) {
      ScalingPolicy policy = ScalingPolicy.fixed(options.count(2));
      boolean scope = manager.createScope(options.scope());
      boolean stream =
          manager.createStream(
              options.scope(),
              options.stream(),
              StreamConfiguration.builder().scalingPolicy(policy).build());
      Json.print("op", "create", "scopeCreated", scope, "streamCreated", stream);
    }
  }

  void seal() {
    try (StreamManager manager = manager()) {
      Json.print("op", "seal", "ok", manager.sealStream(options.scope(), options.stream()));
    }
  }

  void delete() {
    try (StreamManager manager = manager()) {
      boolean sealed = manager.sealStream(options.scope(), options.stream());
      boolean deleted = manager.deleteStream(options.scope(), options.stream());
      Json.print("op", "delete", "sealed", sealed, "ok", deleted);
    }
  }

  void truncate() {
    try (StreamManager manager = manager()) {
      StreamCut cut =
          options.has("at")
              ? StreamCut.from(options.text("at", ""))
              : manager.fetchStreamInfo(options.scope(), options.stream()).join()
                  .getTailStreamCut();
      boolean ok = manager.truncateStream(options.scope(), options.stream(), cut);
      Json.print("op", "truncate", "cut", cut.toString(), "text", cut.asText(), "ok", ok);
    }
  }

  void info() throws Exception {
    ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    try (StreamManager manager = manager();
        Controller controller = controller(executor)) {
      StreamInfo info = manager.fetchStreamInfo(options.scope(), options.stream()).get();
      StreamSegments current =
          controller.getCurrentSegments(options.scope(), options.stream()).get();
      List<Object> segments = new ArrayList<>();
      for (SegmentWithRange one : ranges(current)) {
        segments.add(
            Map.of(
                "name", one.getSegment().getScopedName(),
                "id", one.getSegment().getSegmentId(),
                "low", one.getRange().getLow(),
                "high", one.getRange().getHigh()));
      }
      StreamCut head = info.getHeadStreamCut();
      StreamCut tail = info.getTailStreamCut();
      Json.print(
          "op", "info", "sealed", info.isSealed(),
          "head", head.toString(), "tail", tail.toString(),
          "headText", head.asText(), "tailText", tail.asText(),
          "segments", segments);
    } finally {
      executor.shutdownNow();
    }
  }

  /** --split N: the N-th current segment in two (default 0); --merge N: it and the next one. */
  void scale() throws Exception {
    ScheduledExecutorService executor = Executors.newScheduledThreadPool(2);
    try (Controller controller = controller(executor)) {
      List<SegmentWithRange> current =
          new ArrayList<>(
              ranges(controller.getCurrentSegments(options.scope(), options.stream()).get()));
      boolean merge = options.has("merge");
      int first = (int) options.number(merge ? "merge" : "split", 0);
      SegmentWithRange last = current.get(merge ? first + 1 : first);
      double low = current.get(first).getRange().getLow();
      double high = last.getRange().getHigh();
      List<Long> sealed = new ArrayList<>();
      sealed.add(current.get(first).getSegment().getSegmentId());
      Map<Double, Double> fresh = new HashMap<>();
      if (merge) {
        sealed.add(last.getSegment().getSegmentId());
        fresh.put(low, high);
      } else {
        fresh.put(low, (low + high) / 2);
        fresh.put((low + high) / 2, high);
      }
      StreamImpl stream = new StreamImpl(options.scope(), options.stream());
      boolean ok = controller.scaleStream(stream, sealed, fresh, executor).getFuture().get();
      Json.print("op", "scale", "ok", ok, "sealed", sealed, "newRanges", fresh);
    } finally {
      executor.shutdownNow();
    }
  }

  private Controller controller(ScheduledExecutorService executor) {
    return new ControllerImpl(
        ControllerImplConfig.builder().clientConfig(options.client()).build(), executor);
  }

  /** The client keeps the ranges to itself. */
  @SuppressWarnings("unchecked")
  private static Collection<SegmentWithRange> ranges(StreamSegments segments) throws Exception {
    Field field = SegmentCollection.class.getDeclaredField("segments");
    field.setAccessible(true);
    return ((NavigableMap<Double, SegmentWithRange>) field.get(segments)).values();
  }
}
