package dev.molstream.cli;

import dev.molstream.demo.Demo;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;

/** Says where the demo goes on serving, and how to talk to it. */
record ServingNotice(Demo.Outcome outcome) {

  /** Prints JSON when there is somewhere to print it to, and words otherwise. */
  void print(@Nullable JsonLines json, PrintWriter out) {
    String brokers = outcome.broker().bootstrapServers();
    if (json != null) {
      json.print(
          "serving",
          "bootstrapServers",
          brokers,
          "streamApp",
          outcome.services().appUrl().toString(),
          "indexUpdater",
          outcome.services().updaterUrl().toString());
      return;
    }
    out.println(
        """

        Serving on, until Ctrl-C. Kafka listens on %1$s; talk to it from another terminal:

          kcat -C -b %1$s -t recommendations -o end -u

        and, in a third,

          echo '{"userId":"1","k":5}' | kcat -P -b %1$s -t recommendation-requests -H content-type=application/json

        Metrics: %2$s/metrics (stream-app), %3$s/metrics (index-updater)\
        """
            .formatted(brokers, outcome.services().appUrl(), outcome.services().updaterUrl()));
  }
}
