package dev.molstream.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class CommandErrorsTest {
  private final StringWriter errors = new StringWriter();

  @Test
  void endsWithTwoAtABadSetting() {
    int status =
        run(
            () -> {
              throw new InvalidConfigException("http.port=x is not valid");
            });

    assertThat(status).isEqualTo(2);
    assertThat(errors.toString()).isEqualToNormalizingNewlines("serve: http.port=x is not valid\n");
  }

  @Test
  void endsWithTwoAtAnUnknownOption() {
    assertThat(run(() -> 0, "--colour")).isEqualTo(2);
    assertThat(errors.toString())
        .isEqualToNormalizingNewlines("serve: Unknown option: '--colour'\n");
  }

  @Test
  void endsWithOneAtAnExpectedFailureInOneLine() {
    int status =
        run(
            () -> {
              throw new IllegalStateException("model.json is torn\nat line 3");
            });

    assertThat(status).isEqualTo(1);
    assertThat(errors.toString())
        .isEqualToNormalizingNewlines("serve: model.json is torn at line 3\n");
  }

  private int run(Callable<Integer> body, String... arguments) {
    CommandLine command = new CommandLine(new Serve(body));
    command.setErr(new PrintWriter(errors, true));
    return CommandErrors.install(command, IllegalStateException.class).execute(arguments);
  }

  @Command(name = "serve")
  private record Serve(Callable<Integer> body) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      return body.call();
    }
  }
}
