package dev.molstream.service;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A service that has a process to itself. */
public final class ServiceProcess {
  private ServiceProcess() {}

  /**
   * Waits until the process is told to end (SIGTERM, Ctrl-C) or the stream fails, and closes the
   * service before the process ends.
   *
   * @param service closing it must complete {@code ended}
   * @param ended with true when the service was closed, with false when it failed
   * @return exit status: 0 when told to end, {@link CommandErrors#FAILED} when the stream failed
   */
  public static int awaitEnd(OpenResources service, CompletableFuture<Boolean> ended)
      throws InterruptedException {
    Thread closing = new Thread(service::close, "shutdown");
    Runtime.getRuntime().addShutdownHook(closing);
    int status = CommandErrors.FAILED;
    try {
      status = ended.get() ? 0 : CommandErrors.FAILED;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
    service.close();
    return status;
  }
}
