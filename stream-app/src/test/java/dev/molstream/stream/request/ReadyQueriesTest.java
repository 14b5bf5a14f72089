package dev.molstream.stream.request;

import static org.assertj.core.api.Assertions.assertThat;

import dev.molstream.model.ModelManifest;
import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.stream.FakeModel;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReadyQueriesTest {
  private final ModelManifest model = new FakeModel("m").manifest();
  private final MolQuery query = MolQuery.allocate(model.shape());

  @Test
  void aModelThatKeepsItsEncoderToItselfTakesComponentsOnly() {
    ReadyQueries queries = new ReadyQueries(model, new Tower(false));

    assertThat(queries.take(new ReadyQuery(List.of(1f, 2f), null, null, null), query))
        .isEqualTo("query.encoded cannot be read by model 'm', valid is query.components");
    assertThat(queries.take(new ReadyQuery(null, List.of(0f, 1f), List.of(7f), null), query))
        .isNull();
    assertThat(query.components()).containsExactly(0, 1);
    assertThat(query.gate()).containsExactly(7);
  }

  @Test
  void componentsWithoutAGateHaveOneOfZeros() {
    query.gate()[0] = 5; // of an earlier request

    new ReadyQueries(model, new Tower(false))
        .take(new ReadyQuery(null, List.of(0f, 1f), null, null), query);

    assertThat(query.gate()).containsExactly(0);
  }

  @Test
  void saysWhyTheModelMakesNoQueryOfAVector() {
    assertThat(
            new ReadyQueries(model, new Tower(true))
                .take(new ReadyQuery(List.of(1f, 2f), null, null, null), query))
        .isEqualTo("query.encoded makes no query: so the tower says");
  }

  private record Tower(boolean acceptsEncoded) implements QueryTower {
    @Override
    public void encode(QueryHistory history, long requestTimeMillis, MolQuery target) {}

    @Override
    public void fromEncoded(float[] encoded, MolQuery target) {
      throw new IllegalArgumentException("so the tower says");
    }

    @Override
    public void close() {}
  }
}
