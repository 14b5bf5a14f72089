package dev.molstream.stream.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.stream.FakeModel;
import dev.molstream.stream.index.IndexProgress;
import dev.molstream.stream.request.SearchPlan;
import dev.molstream.stream.request.ServedModel;
import dev.molstream.stream.request.ServedModels;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServingModelTest {
  private final FakeModel fake = new FakeModel("a");
  @TempDir Path directory;
  private ItemIndex index;
  private ServingModel model;

  @BeforeEach
  void open() {
    index = fake.openIndex(directory);
    model =
        new ServingModel(
            fake.manifest(), new RunningFeed(), new ServedModels(), new SimpleMeterRegistry());
  }

  @AfterEach
  void close() {
    model.close();
    index.close();
  }

  @Test
  void rehearsesOnceAndNotBeforeItIsOpen() {
    List<ServedModel> rehearsed = new ArrayList<>();
    assertThat(model.hasRehearsed(rehearsed::add)).isFalse();

    model.prepare(this::served);

    assertThat(model.hasRehearsed(rehearsed::add)).isTrue();
    assertThat(model.hasRehearsed(rehearsed::add)).isTrue();
    assertThat(rehearsed).containsExactly(model.served());
    assertThat(model.failure()).isNull();
  }

  @Test
  void aRehearsalThatFailsIsAFailureOfTheModelAndIsNotTriedAgain() {
    List<ServedModel> rehearsed = new ArrayList<>();
    model.prepare(this::served);

    for (int look = 0; look < 2; look++) {
      boolean ready =
          model.hasRehearsed(
              served -> {
                rehearsed.add(served);
                throw new IllegalStateException("the tower gives NaN");
              });
      assertThat(ready).isFalse();
    }

    assertThat(rehearsed).hasSize(1);
    assertThat(model.failure()).isEqualTo("the tower gives NaN");
  }

  private ServedModel served() {
    return ServedModel.open(
        fake.manifest(),
        fake::openQueryTower,
        index,
        new SearchPlan(SearchPlan.Mode.AUTO, 10, 10),
        1);
  }

  /** A feed that has read everything. */
  private final class RunningFeed implements ItemFeed {
    private final IndexProgress progress = new IndexProgress();

    @Override
    public String modelId() {
      return "a";
    }

    @Override
    public boolean isRunning() {
      return true;
    }

    @Override
    public IndexProgress progress() {
      return progress;
    }

    @Override
    public List<String> broken() {
      return List.of();
    }

    @Override
    public List<String> missing() {
      return List.of();
    }

    @Override
    public CompletableFuture<Boolean> ended() {
      return new CompletableFuture<>();
    }

    @Override
    public ServedModel serve(SearchPlan plan, int threads) {
      return served();
    }

    @Override
    public void close() {}
  }
}
