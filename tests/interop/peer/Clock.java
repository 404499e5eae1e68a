import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** Wall time, and the CPU time of this process and of a server, from one start on. */
final class Clock {
  private static final double TICKS_PER_SECOND = 100;

  private final long serverPid;
  final long startNanos;
  private final long startCpuNanos;
  private final double startServerSeconds;

  Clock(long serverPid) {
    this.serverPid = serverPid;
    startServerSeconds = serverSeconds();
    startCpuNanos = cpuNanos();
    startNanos = System.nanoTime();
  }

  double wallSeconds() {
    return wallSeconds(System.nanoTime());
  }

  double wallSeconds(long untilNanos) {
    return (untilNanos - startNanos) / 1e9;
  }

  double cpuSeconds() {
    return (cpuNanos() - startCpuNanos) / 1e9;
  }

  /** NaN without a server's process id. */
  double serverCpuSeconds() {
    return serverSeconds() - startServerSeconds;
  }

  private static long cpuNanos() {
    return ((com.sun.management.OperatingSystemMXBean)
            ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private double serverSeconds() {
    if (serverPid <= 0) {
      return Double.NaN;
    }
    try {
      String line = Files.readString(Path.of("/proc/" + serverPid + "/stat"));
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    } catch (java.io.IOException gone) {
      return Double.NaN;
    }
  }

  /** The quantile of sorted nanoseconds, in microseconds. */
  static double micros(long[] sortedNanos, double quantile) {
    if (sortedNanos.length == 0) {
      return Double.NaN;
    }
    int index = (int) Math.floor(quantile * sortedNanos.length);
    return sortedNanos[Math.min(sortedNanos.length - 1, index)] / 1e3;
  }
}
