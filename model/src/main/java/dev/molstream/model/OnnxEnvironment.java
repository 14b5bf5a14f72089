package dev.molstream.model;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import ai.onnxruntime.OrtEnvironment;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * ONNX Runtime in this process, with its telemetry off. Left on, it sends events to Microsoft,
 * keeps a data base in {@code ~/.cache/Microsoft}, and takes the process down with a stack overflow
 * when the command line is a few thousand characters long (1.29.0, regular expressions over it).
 * The only switch is an environment variable that it reads when it is made; so that nobody has to
 * know of it, it is set here.
 */
final class OnnxEnvironment {
  private static final OrtEnvironment SHARED = open();

  private OnnxEnvironment() {}

  /** The one of this process. Any thread. */
  static OrtEnvironment shared() {
    return SHARED;
  }

  private static OrtEnvironment open() {
    setVariable("ORT_DISABLE_TELEMETRY", "1");
    return OrtEnvironment.getEnvironment();
  }

  /** For native code: Java's own view of the environment stays as it was when the process began. */
  private static void setVariable(String name, String value) {
    Linker linker = Linker.nativeLinker();
    Optional<MemorySegment> setenv = linker.defaultLookup().find("setenv");
    if (setenv.isEmpty()) {
      return; // not a POSIX system
    }
    try (Arena arena = Arena.ofConfined()) {
      int overwrite = 1;
      Object failed =
          linker
              .downcallHandle(
                  setenv.get(), FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT))
              .invokeWithArguments(arena.allocateFrom(name), arena.allocateFrom(value), overwrite);
      if (!failed.equals(0)) {
        throw new IllegalStateException("cannot set " + name);
      }
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException("cannot set " + name, e);
    }
  }
}
