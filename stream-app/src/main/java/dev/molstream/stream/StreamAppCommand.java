package dev.molstream.stream;

import dev.molstream.service.SettingOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code stream-app}: runs until it is told to end, or fails. */
@Command(
    name = "stream-app",
    mixinStandardHelpOptions = true,
    description = "Answers recommendation requests from live histories and the item index.")
public final class StreamAppCommand implements Callable<Integer> {
  @Mixin private final SettingOptions options = new SettingOptions();

  @Override
  public Integer call() throws InterruptedException {
    StreamAppConfig config = StreamAppConfig.of(options.load(StreamAppConfig.definition()));
    StreamApp app = StreamApp.start(config);
    Runtime.getRuntime().addShutdownHook(new Thread(app::close, "stream-app-close"));
    return app.awaitEnd() ? 0 : 1;
  }
}
