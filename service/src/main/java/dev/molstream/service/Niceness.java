package dev.molstream.service;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/**
 * Makes work in the background yield to work that somebody waits for, where processors are short:
 * Linux's nice value, 0 for usual to 19 for least. Threads hand it on to those they start, and none
 * can take it back. Java's own priorities do nothing on Linux. Elsewhere than on Linux this does
 * nothing.
 */
public final class Niceness {
  /** The greatest nice value: what is left over. */
  public static final int MOST = 19;

  /** A tenth of what others get who want all they can get. */
  public static final int BACKGROUND = 10;

  private static final Path THREADS = Path.of("/proc/self/task");
  private static final boolean ON_LINUX = Files.isDirectory(THREADS);
  private static final int PRIO_PROCESS = 0;
  private static final int CALLING_THREAD = 0;

  private Niceness() {}

  /**
   * Gives all threads of this process a nice value.
   *
   * @param nice 0 to {@value #MOST}; not below what the threads have already
   */
  public static void ofProcess(int nice) {
    if (nice == 0 || !ON_LINUX) {
      return;
    }
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        set(Integer.parseInt(thread.getFileName().toString()), nice);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list the threads of this process", e);
    }
  }

  /** Runs {@code work} on a thread of its own that yields to others, and waits for the result. */
  public static <T> T inBackground(String name, Supplier<T> work) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Thread.ofPlatform()
        .daemon()
        .name(name)
        .start(
            () -> {
              try {
                if (ON_LINUX) {
                  set(CALLING_THREAD, BACKGROUND);
                }
                result.complete(work.get());
              } catch (Throwable e) {
                result.completeExceptionally(e);
              }
            });
    try {
      return result.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      if (e.getCause() instanceof Error cause) {
        throw cause;
      }
      throw e;
    }
  }

  /** A thread that has ended meanwhile, or is nicer already, is left as it is. */
  @SuppressWarnings("IllegalCatch") // what invoking a method handle declares
  private static void set(int thread, int nice) {
    try {
      int _ = (int) SetPriority.HANDLE.invokeExact(PRIO_PROCESS, thread, nice);
    } catch (Throwable e) {
      throw new IllegalStateException("setpriority cannot be called", e);
    }
  }

  /** {@code int setpriority(int which, id_t who, int prio)} of the C library. */
  private static final class SetPriority {
    static final MethodHandle HANDLE =
        Linker.nativeLinker()
            .downcallHandle(
                Linker.nativeLinker().defaultLookup().findOrThrow("setpriority"),
                FunctionDescriptor.of(
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT,
                    ValueLayout.JAVA_INT));
  }
}
