package dev.molstream.updater;

import dev.molstream.service.Niceness;
import dev.molstream.service.SettingOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code index-updater --config FILE --set KEY=VALUE}: serves until told to end. */
@Command(
    name = "index-updater",
    mixinStandardHelpOptions = true,
    description = "Embeds item-updates with a model's item tower into item-embeddings.")
public final class IndexUpdaterCommand implements Callable<Integer> {
  @Mixin private SettingOptions options = new SettingOptions();

  @Override
  public Integer call() throws InterruptedException {
    IndexUpdaterConfig config =
        IndexUpdaterConfig.of(options.load(IndexUpdaterConfig.definition()));
    Niceness.ofProcess(config.nice());
    try (IndexUpdater updater = IndexUpdater.start(config)) {
      return updater.awaitEnd();
    }
  }
}
