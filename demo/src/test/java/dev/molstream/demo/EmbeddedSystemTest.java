package dev.molstream.demo;

import dev.molstream.broker.EmbeddedBroker;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The system on the embedded broker. */
class EmbeddedSystemTest extends SystemScenario {
  private @Nullable EmbeddedBroker broker;

  @Override
  String startKafka(Path directory) {
    EmbeddedBroker started = EmbeddedBroker.start(directory, 0);
    broker = started;
    return started.bootstrapServers();
  }

  @Override
  void stopKafka() {
    if (broker != null) {
      broker.close();
    }
  }
}
