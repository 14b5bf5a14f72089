package dev.molstream.demo;

import dev.molstream.broker.EmbeddedBroker;
import java.nio.file.Path;

/** The system on the embedded broker. */
class EmbeddedSystemTest extends SystemScenario {
  private EmbeddedBroker broker;

  @Override
  String startKafka(Path directory) {
    broker = EmbeddedBroker.start(directory, 0);
    return broker.bootstrapServers();
  }

  @Override
  void stopKafka() {
    broker.close();
  }
}
