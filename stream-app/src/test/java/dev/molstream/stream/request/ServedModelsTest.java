package dev.molstream.stream.request;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.molstream.model.QueryHistory;
import dev.molstream.model.QueryTower;
import dev.molstream.retrieval.ItemIndex;
import dev.molstream.retrieval.MolItem;
import dev.molstream.retrieval.MolQuery;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.stream.FakeModel;
import dev.molstream.stream.request.Traffic.Variant;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServedModelsTest {
  private static final RecommendationRequest REQUEST =
      RecommendationRequest.newBuilder().setUserId("u").build();

  @TempDir Path directory;
  private final ServedModels models = new ServedModels();
  private final AtomicInteger openTowers = new AtomicInteger();
  private final Map<QueryTower, Set<Integer>> encoded = new ConcurrentHashMap<>();
  private ItemIndex index;

  @BeforeEach
  void open() {
    index = new FakeModel("a").openIndex(directory);
  }

  @AfterEach
  void close() {
    index.close();
  }

  @Test
  void aRequestKeepsItsModelUntilItIsAnsweredAndTheNextHasTheNewOne() throws Exception {
    ServedModel before = model("before", 1);
    ServedModel after = model("after", 1);
    models.publish(Traffic.allTo(before));
    ServedModels.Lease inProgress = models.take(REQUEST);

    models.publish(Traffic.allTo(after));
    Thread closing = Thread.ofPlatform().start(before::close);

    try (ServedModels.Lease next = models.take(REQUEST)) {
      assertThat(next.model()).isSameAs(after);
      assertThat(next.variant()).isNull();
    }
    await().until(() -> closing.getState() == Thread.State.WAITING);
    assertThat(openTowers).hasValue(2); // that of the request in progress too
    inProgress.close();
    closing.join();
    assertThat(openTowers).hasValue(1);
    after.close();
    assertThat(openTowers).hasValue(0);
  }

  @Test
  void answersNameTheVariantWhenThereIsMoreThanOne() {
    ServedModel a = model("a", 1);
    ServedModel b = model("b", 1);
    models.publish(new Traffic(List.of(new Variant(a, 0), new Variant(b, 1))));

    try (ServedModels.Lease lease = models.take(REQUEST)) {
      assertThat(lease.variant()).isEqualTo("b");
    }
    a.close();
    b.close();
  }

  @Test
  void aModelThatIsServedAfterItWasClosedIsADefect() {
    ServedModel a = model("a", 1);
    models.publish(Traffic.allTo(a));
    a.close();

    assertThatThrownBy(() -> models.take(REQUEST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("model a is closed and still served");
  }

  @Test
  void moreThreadsThanWereOpenedForAreADefect() {
    ServedModel a = model("a", 1);
    models.publish(Traffic.allTo(a));
    ServedModels.Lease only = models.take(REQUEST);

    assertThatThrownBy(() -> models.take(REQUEST))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("model a has recommenders for 1 threads and more ask");
    only.close();
    a.close();
  }

  @Test
  void threadsTakeAndGiveBackWhileModelsComeAndGo() throws Exception {
    int threads = 4;
    ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
    ServedModel first = model("m0", threads);
    models.publish(Traffic.allTo(first));
    List<Thread> answering = new ArrayList<>();
    AtomicInteger taken = new AtomicInteger();
    for (int i = 0; i < threads; i++) {
      answering.add(
          Thread.ofPlatform()
              .uncaughtExceptionHandler((_, e) -> failures.add(e))
              .start(
                  () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                      try (ServedModels.Lease lease = models.take(REQUEST)) {
                        assertThat(lease.recommender()).isNotNull();
                        taken.incrementAndGet();
                      }
                    }
                  }));
    }

    ServedModel current = first;
    for (int swap = 1; swap <= 200; swap++) {
      ServedModel next = model("m" + swap, threads);
      models.publish(Traffic.allTo(next));
      current.close();
      current = next;
    }
    int before = taken.get();
    await().until(() -> taken.get() > before || !failures.isEmpty());
    answering.forEach(Thread::interrupt);
    for (Thread thread : answering) {
      thread.join();
    }
    current.close();

    assertThat(failures).isEmpty();
    assertThat(openTowers).hasValue(0);
  }

  @Test
  void everyRecommenderRehearsesWithHistoriesOfAllLengthsOfItemsThatItsIndexHas() {
    // given
    ServedModel model = model("a", 2);
    for (String itemId : List.of("i1", "i2", "i3", "i4", "i5", "i6", "i7")) {
      float[] direction = {0.6f, 0.8f};
      index.upsert(
          new MolItem(itemId, "title", List.of(), true, direction, direction, new float[1]));
    }

    // when
    model.rehearse(1_700_000_000_000L);

    // then
    assertThat(encoded.keySet()).hasSize(2);
    assertThat(encoded.values()).allSatisfy(lengths -> assertThat(lengths).contains(1, 2, 3));
    models.publish(Traffic.allTo(model));
    ServedModels.Lease first = models.take(REQUEST);
    ServedModels.Lease second = models.take(REQUEST);
    assertThat(first.recommender()).isNotSameAs(second.recommender());
    first.close();
    second.close();
    model.close();
  }

  @Test
  void aModelWithoutItemsHasNothingToRehearseWith() {
    ServedModel model = model("a", 1);

    model.rehearse(1_700_000_000_000L);

    assertThat(encoded).isEmpty();
    model.close();
  }

  private ServedModel model(String modelId, int threads) {
    FakeModel model = new FakeModel(modelId);
    return ServedModel.open(
        model.manifest(),
        () -> counted(model.openQueryTower()),
        index,
        new SearchPlan(SearchPlan.Mode.AUTO, 10, 10),
        threads);
  }

  private QueryTower counted(QueryTower tower) {
    openTowers.incrementAndGet();
    return new QueryTower() {
      @Override
      public void encode(QueryHistory history, long requestTimeMillis, MolQuery target) {
        encoded.computeIfAbsent(tower, _ -> new HashSet<>()).add(history.length());
        tower.encode(history, requestTimeMillis, target);
      }

      @Override
      public boolean acceptsEncoded() {
        return tower.acceptsEncoded();
      }

      @Override
      public void fromEncoded(float[] encoded, MolQuery target) {
        tower.fromEncoded(encoded, target);
      }

      @Override
      public void close() {
        openTowers.decrementAndGet();
      }
    };
  }
}
