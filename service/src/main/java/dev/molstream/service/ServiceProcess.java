package dev.molstream.service;

/** A service that has a process to itself. */
public final class ServiceProcess {
  private ServiceProcess() {}

  /**
   * Waits until the process is told to end (SIGTERM, Ctrl-C) or the stream fails, and closes the
   * service before the process ends.
   *
   * @param service closing it must close {@code streams}
   * @return exit status: 0 when told to end, {@link CommandErrors#FAILED} when the stream failed
   */
  public static int awaitEnd(OpenResources service, StreamsService streams)
      throws InterruptedException {
    Thread closing = new Thread(service::close, "shutdown");
    Runtime.getRuntime().addShutdownHook(closing);
    int status = streams.awaitEnd() ? 0 : CommandErrors.FAILED;
    service.close();
    return status;
  }
}
