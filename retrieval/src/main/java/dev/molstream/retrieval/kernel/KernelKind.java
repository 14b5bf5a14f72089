package dev.molstream.retrieval.kernel;

import dev.molstream.retrieval.GatingNetwork;
import dev.molstream.retrieval.record.RecordLayout;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The forms of the scoring kernel. One is chosen per process: the fastest that runs here, or the
 * one that the system property {@value #PROPERTY} names ({@code simd} or {@code scalar}); when that
 * one cannot run, choosing fails.
 */
public enum KernelKind {
  /** JDK Vector API: one output per SIMD lane. */
  SIMD,
  /** Plain Java, the readable reference. */
  SCALAR;

  /** The system property that forces a form. */
  public static final String PROPERTY = "molstream.kernel";

  /** The form this process uses. */
  public static KernelKind chosen() {
    return Choice.KIND;
  }

  /** A kernel of this form. */
  public MolKernel create(RecordLayout layout, GatingNetwork gating) {
    return switch (this) {
      case SIMD -> new SimdKernel(layout, gating);
      case SCALAR -> new ScalarKernel(layout, gating);
    };
  }

  /** A code scanner of this form. */
  public CodeScanner createScanner() {
    return switch (this) {
      case SIMD -> new SimdCodeScanner();
      case SCALAR -> new ScalarCodeScanner();
    };
  }

  /**
   * Chooses a form.
   *
   * @param forced the property's value, or null for the fastest
   * @param simdObstacle why SIMD does not run here, or null when it does
   */
  static KernelKind choose(@Nullable String forced, @Nullable String simdObstacle) {
    Logger logger = LoggerFactory.getLogger(KernelKind.class);
    if (forced == null) {
      if (simdObstacle == null) {
        logger.info("scoring with SIMD");
        return SIMD;
      }
      logger.warn("scoring with the slow scalar kernel: {}", simdObstacle);
      return SCALAR;
    }
    KernelKind kind =
        Arrays.stream(values())
            .filter(value -> value.name().toLowerCase(Locale.ROOT).equals(forced))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "-D" + PROPERTY + "=" + forced + " is neither simd nor scalar"));
    if (kind == SIMD && simdObstacle != null) {
      throw new IllegalStateException("-D" + PROPERTY + "=simd cannot be met: " + simdObstacle);
    }
    logger.info("scoring with {} because {} says so", kind, PROPERTY);
    return kind;
  }

  /** Why SIMD does not run in this JVM, or null when it does. */
  private static @Nullable String simdObstacle() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
      return "the JVM was started without --add-modules=jdk.incubator.vector";
    }
    int lanes = SimdMath.SPECIES.length();
    return lanes < 4 ? "this CPU offers only " + lanes + " float lanes" : null;
  }

  /** Holds the choice, made at first use. */
  private static final class Choice {
    static final KernelKind KIND = choose(System.getProperty(PROPERTY), simdObstacle());
  }
}
