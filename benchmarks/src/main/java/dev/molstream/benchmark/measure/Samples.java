package dev.molstream.benchmark.measure;

import dev.molstream.benchmark.report.Row;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What the searches of one contestant took and found. One thread. */
public final class Samples {
  private static final int DIGITS = 3;

  private final Histogram nanos = new Histogram(TimeUnit.HOURS.toNanos(1), DIGITS);
  private double recalls;
  private double scored;
  private long allocated;
  private long elapsedNanos;
  private long cpuNanos;

  /** Adds a search that took so long. */
  public void addNanos(long elapsed) {
    nanos.recordValue(elapsed);
  }

  /** Adds what the same search found and used. */
  public void addResult(double recall, int itemsScored, long allocatedBytes) {
    recalls += recall;
    scored += itemsScored;
    allocated += allocatedBytes;
  }

  /** Adds the processor time of searches that took so long together. */
  public void addCpu(long cpu, long elapsed) {
    cpuNanos += cpu;
    elapsedNanos += elapsed;
  }

  /** How many searches there were. */
  public long count() {
    return nanos.getTotalCount();
  }

  /** Adds all searches of another contestant's run. */
  void add(Samples other) {
    nanos.add(other.nanos);
    recalls += other.recalls;
    scored += other.scored;
    allocated += other.allocated;
    cpuNanos += other.cpuNanos;
    elapsedNanos += other.elapsedNanos;
  }

  /** The mean share of the exact answer. */
  public double recall() {
    return recalls / count();
  }

  /** How many items were scored in full, on average. */
  public double candidates() {
    return scored / count();
  }

  /** Bytes allocated per search, on average. */
  public double allocatedBytes() {
    return allocated / (double) count();
  }

  /** A percentile of the time. */
  public double millis(double percentile) {
    return nanos.getValueAtPercentile(percentile) / 1e6;
  }

  /** The mean time. */
  double meanMillis() {
    return nanos.getMean() / 1e6;
  }

  /**
   * The row with the fields every search has. The share of the time that the thread had a processor
   * tells of a machine that was busy with other things; times are then too long.
   */
  public Row describe(Row row) {
    Row timed = elapsedNanos == 0 ? row : row.with("cpuShare", cpuNanos / (double) elapsedNanos);
    return timed
        .with("recall", recall())
        .with("p50Millis", millis(50))
        .with("p99Millis", millis(99))
        .with("meanMillis", meanMillis())
        .with("samples", count());
  }
}
