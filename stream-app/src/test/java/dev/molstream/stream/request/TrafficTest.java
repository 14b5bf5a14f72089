package dev.molstream.stream.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.molstream.retrieval.ItemIndex;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.stream.FakeModel;
import dev.molstream.stream.request.Traffic.Variant;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrafficTest {
  private static final List<String> USERS =
      IntStream.range(0, 20_000).mapToObj(i -> "user-" + i).toList();

  @TempDir Path directory;
  private ItemIndex index;
  private ServedModel a;
  private ServedModel b;
  private ServedModel c;

  @BeforeEach
  void open() {
    index = new FakeModel("a").openIndex(directory);
    a = model("a");
    b = model("b");
    c = model("c");
  }

  @AfterEach
  void close() {
    List.of(a, b, c).forEach(ServedModel::close);
    index.close();
  }

  @Test
  void usersAreDividedByShare() {
    Traffic traffic = traffic(0.7, 0.1, 0.2);

    assertThat(shareAnsweredBy(traffic, a)).isCloseTo(0.7, within(0.01));
    assertThat(shareAnsweredBy(traffic, b)).isCloseTo(0.1, within(0.01));
    assertThat(shareAnsweredBy(traffic, c)).isCloseTo(0.2, within(0.01));
    assertThat(traffic.shareOf("b")).isCloseTo(0.1, within(1e-9));
    assertThat(traffic.shareOf("unknown")).isZero();
  }

  @Test
  void aUserStaysWithAModelWhateverTheOrderOfTheVariants() {
    Traffic one = new Traffic(List.of(new Variant(a, 0.5), new Variant(b, 0.5)));
    Traffic other = new Traffic(List.of(new Variant(b, 0.5), new Variant(a, 0.5)));

    assertThat(USERS)
        .allSatisfy(user -> assertThat(other.modelOf(user)).isSameAs(one.modelOf(user)));
    assertThat(one).isEqualTo(other);
  }

  @Test
  void whenTwoModelsExchangeShareOnlyTheUsersExchangedMove() {
    Traffic before = traffic(0.7, 0.1, 0.2);
    Traffic after = traffic(0.6, 0.2, 0.2);

    double moved = 0;
    for (String user : USERS) {
      if (before.modelOf(user) != after.modelOf(user)) {
        moved++;
        assertThat(before.modelOf(user)).isSameAs(a);
        assertThat(after.modelOf(user)).isSameAs(b);
      }
    }
    assertThat(moved / USERS.size()).isCloseTo(0.1, within(0.01));
  }

  @Test
  void sharesCountRelativeToTheirSum() {
    // One of three live models is not ready yet: the others divide its users.
    Traffic traffic = new Traffic(List.of(new Variant(a, 0.6), new Variant(b, 0.2)));

    assertThat(shareAnsweredBy(traffic, a)).isCloseTo(0.75, within(0.01));
  }

  @Test
  void aModelWithoutAShareAnswersNobodyWhoDoesNotAskForIt() {
    Traffic traffic = traffic(0, 1, 0);

    assertThat(USERS).allSatisfy(user -> assertThat(traffic.modelOf(user)).isSameAs(b));
    assertThat(traffic.modelFor(request("user", "c"))).isSameAs(c);
  }

  @Test
  void aReadyQueryIsAnsweredByTheModelItWasMadeFor() {
    Traffic traffic = traffic(0.4, 0.3, 0.3);

    for (String user : USERS.subList(0, 50)) {
      assertThat(traffic.modelFor(request(user, "c"))).isSameAs(c);
      assertThat(traffic.modelFor(request(user, "unknown"))).isSameAs(traffic.modelOf(user));
      assertThat(traffic.modelFor(request(user, null))).isSameAs(traffic.modelOf(user));
    }
  }

  @Test
  void placesAreThoseThatAreDocumented() {
    // murmur2 of "variant:user-1", as org.apache.kafka.common.utils.Utils computes it.
    assertThat(Traffic.place("user-1")).isBetween(0.0, 1.0);
    assertThat(USERS.stream().mapToDouble(Traffic::place).average().orElseThrow())
        .isCloseTo(0.5, within(0.01));
  }

  @Test
  void refusesSharesThatAreNone() {
    for (double share : new double[] {-0.1, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> new Variant(a, share))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining(String.valueOf(share));
    }
    assertThatThrownBy(() -> new Traffic(List.of(new Variant(a, 1), new Variant(a, 1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("twice");
  }

  private Traffic traffic(double ofA, double ofB, double ofC) {
    return new Traffic(List.of(new Variant(a, ofA), new Variant(b, ofB), new Variant(c, ofC)));
  }

  private static double shareAnsweredBy(Traffic traffic, ServedModel model) {
    return USERS.stream().filter(user -> traffic.modelOf(user) == model).count()
        / (double) USERS.size();
  }

  private static RecommendationRequest request(String user, @Nullable String modelId) {
    return RecommendationRequest.newBuilder()
        .setUserId(user)
        .setQuery(new ReadyQuery(List.of(1f, 0f), null, null, modelId))
        .build();
  }

  private ServedModel model(String modelId) {
    FakeModel model = new FakeModel(modelId);
    return ServedModel.open(
        model.manifest(),
        model::openQueryTower,
        index,
        new SearchPlan(SearchPlan.Mode.AUTO, 10, 10),
        1);
  }
}
