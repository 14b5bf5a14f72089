package dev.molstream.service;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a service has opened so far, closed in reverse order: also when opening the next one fails.
 * Closing goes on past one that fails, and happens once; any thread.
 *
 * <pre>{@code
 * OpenResources open = new OpenResources();
 * try {
 *   ItemTower tower = open.add(bundle.openItemTower());
 *   ...
 *   return new Service(open);
 * } catch (RuntimeException e) {
 *   open.close();
 *   throw e;
 * }
 * }</pre>
 */
public final class OpenResources implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenResources.class);

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Takes over closing {@code resource}. */
  public synchronized <T extends AutoCloseable> T add(T resource) {
    opened.push(resource);
    return resource;
  }

  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      AutoCloseable resource = opened.pop();
      try {
        resource.close();
      } catch (Exception e) { // what was opened before it must still be closed
        LOG.error("could not close {}", resource.getClass().getSimpleName(), e);
      }
    }
  }
}
