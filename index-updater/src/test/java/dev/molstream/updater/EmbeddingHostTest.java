package dev.molstream.updater;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.schemas.ModelRelease;
import dev.molstream.schemas.ModelShape;
import dev.molstream.schemas.ReleaseState;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EmbeddingHostTest {
  private static final ModelRelease LIVE = release("old", ReleaseState.LIVE);
  private static final ModelRelease STAGED = release("new", ReleaseState.STAGED);

  @Test
  void sparesRequestsOfALiveModelWhileAnotherIsStaged() {
    assertThat(EmbeddingHost.isStagedBesideLive(STAGED, List.of(LIVE))).isTrue();
  }

  @Test
  void hurriesForTheFirstModelAndForLiveOnes() {
    ModelRelease other = release("other", ReleaseState.STAGED);

    assertThat(EmbeddingHost.isStagedBesideLive(STAGED, List.of())).isFalse();
    assertThat(EmbeddingHost.isStagedBesideLive(STAGED, List.of(other))).isFalse();
    assertThat(EmbeddingHost.isStagedBesideLive(LIVE, List.of(LIVE))).isFalse();
  }

  private static ModelRelease release(String modelId, ReleaseState state) {
    return ModelRelease.newBuilder()
        .setModelId(modelId)
        .setShape(new ModelShape(1, 1, 1, 1, 1, 1f))
        .setLocation("")
        .setSha256("")
        .setState(state)
        .build();
  }
}
