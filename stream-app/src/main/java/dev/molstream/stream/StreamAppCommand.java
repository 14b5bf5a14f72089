package dev.molstream.stream;

import dev.molstream.service.SettingOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stream-app --config FILE --set KEY=VALUE}: serves until told to end. */
@Command(
    name = "stream-app",
    mixinStandardHelpOptions = true,
    description = "Answers recommendation requests from live histories and the item index.")
public final class StreamAppCommand implements Callable<Integer> {
  @Mixin private SettingOptions options = new SettingOptions();

  @Override
  public Integer call() throws InterruptedException {
    StreamAppConfig config = StreamAppConfig.of(options.load(StreamAppConfig.definition()));
    try (StreamApp app = StreamApp.start(config)) {
      return app.awaitEnd();
    }
  }
}
