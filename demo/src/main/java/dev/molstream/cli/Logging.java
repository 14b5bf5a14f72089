package dev.molstream.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.slf4j.LoggerFactory;

/** The log of this process: stderr, as molstream-logback.xml says. */
final class Logging {
  private Logging() {}

  /**
   * To be called before anything logs. The services' own configurations lie on the path as well.
   */
  static void configure() {
    System.setProperty("logback.configurationFile", "molstream-logback.xml");
  }

  /** Says from which level on Molstream's own classes are heard. */
  static void setLevel(org.slf4j.event.Level level) {
    if (LoggerFactory.getLogger("dev.molstream") instanceof Logger logger) {
      logger.setLevel(Level.convertAnSLF4JLevel(level));
    }
  }
}
