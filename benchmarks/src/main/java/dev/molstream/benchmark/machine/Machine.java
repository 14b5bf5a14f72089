package dev.molstream.benchmark.machine;

import dev.molstream.benchmark.report.Row;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine as the run found it: a result is held against these limits. */
public final class Machine {
  private static final Path PROCESSORS = Path.of("/proc/cpuinfo");

  private Machine() {}

  /** Measures and names it; takes some seconds on the calling thread. */
  public static Row measure() {
    Row machine = name();
    return Row.of("machine")
        .with("readGBps", ReadBandwidth.measure() / 1e9)
        .with("fmaGflops", MatrixRate.measure() / 1e9)
        .withAll(machine);
  }

  /** Names it, and says how busy it is, without measuring. */
  public static Row name() {
    double load = ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    return Row.of("machine")
        .with("cpu", processor())
        .with("cores", Runtime.getRuntime().availableProcessors())
        .with("loadAverage", load)
        .with("maxHeapMegabytes", Runtime.getRuntime().maxMemory() >> 20)
        .with("jvm", System.getProperty("java.vm.name") + " " + Runtime.version())
        .with("os", System.getProperty("os.name") + " " + System.getProperty("os.arch"))
        .with("commit", Commit.ofThisBuild());
  }

  private static String processor() {
    try {
      return Files.readAllLines(PROCESSORS).stream()
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown"; // not Linux
    }
  }
}
