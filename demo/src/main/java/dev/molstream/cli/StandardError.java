package dev.molstream.cli;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;

/**
 * Puts the launcher's stderr back. The JVM warns of incubator modules before any code runs, and no
 * flag turns that off; so the launcher starts it with stderr behind a filter and the real one kept
 * under the descriptor that the property {@code molstream.stderr} names. From here on a terminal is
 * a terminal again, and nothing passes through another process.
 */
final class StandardError {
  static final String PROPERTY = "molstream.stderr";
  private static final int STDERR = 2;

  private StandardError() {}

  /** To be called first in main. Does nothing when the launcher did not start this process. */
  static void restore() {
    String kept = System.getProperty(PROPERTY);
    if (kept == null) {
      return;
    }
    int descriptor = Integer.parseInt(kept);
    call("dup2", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT), descriptor, STDERR);
    call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), descriptor);
  }

  /** Whether a person is likely to be watching stderr. */
  static boolean isTerminal() {
    return call("isatty", FunctionDescriptor.of(JAVA_INT, JAVA_INT), STDERR) == 1;
  }

  private static int call(String function, FunctionDescriptor signature, Object... arguments) {
    Linker linker = Linker.nativeLinker();
    MethodHandle handle =
        linker.downcallHandle(linker.defaultLookup().findOrThrow(function), signature);
    try {
      return (int) handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new LinkageError("cannot call " + function, e);
    }
  }
}
