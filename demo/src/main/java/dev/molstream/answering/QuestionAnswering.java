package dev.molstream.answering;

import dev.molstream.broker.EmbeddedBroker;
import dev.molstream.demo.Answer;
import dev.molstream.demo.LiveServices;
import dev.molstream.demo.Progress;
import dev.molstream.demo.RequestClient;
import dev.molstream.demo.Running;
import dev.molstream.demo.TemporaryDirectory;
import dev.molstream.schemas.AvroSerde;
import dev.molstream.schemas.ItemUpdate;
import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import dev.molstream.schemas.Topic;
import dev.molstream.schemas.TopicCatalogue;
import dev.molstream.training.pairs.PairModel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Question answering from end to end, in one process: learns MoL over the vectors of a text
 * encoder, serves the bundle on an embedded Kafka, publishes passages with their vectors as content
 * embeddings, and asks questions as requests with a ready query. The encoder is {@link
 * HashedNgrams}, a stand-in. One thread.
 */
public final class QuestionAnswering {
  private static final TopicCatalogue TOPICS = TopicCatalogue.of("");
  private static final String MODEL_ID = "answers";
  private static final HashedNgrams ENCODER = new HashedNgrams(2048);
  private static final int STEPS = 300;
  private static final int K = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final List<Passage> passages;
  private final int steps;
  private final Progress progress;
  private final InstantSource clock;

  private QuestionAnswering(
      List<Passage> passages, int steps, Progress progress, InstantSource clock) {
    this.passages = passages;
    this.steps = steps;
    this.progress = progress;
    this.clock = clock;
  }

  /** Plays it on the built-in passages; all that was started is closed at the end. */
  public static AnsweringReport play(Progress progress, InstantSource clock) {
    return play(TownGuide.passages(), STEPS, progress, clock);
  }

  static AnsweringReport play(
      List<Passage> passages, int steps, Progress progress, InstantSource clock) {
    try (Running running = Running.untilStopped()) {
      return new QuestionAnswering(passages, steps, progress, clock).play(running);
    }
  }

  private AnsweringReport play(Running running) {
    Path work = running.add(TemporaryDirectory.create()).path();
    long started = System.nanoTime();
    try (PairModel model = new Learner(ENCODER, passages).learn(steps, progress)) {
      model.export(
          work.resolve("bundle"),
          MODEL_ID,
          HashedNgrams.NAME,
          clock.instant(),
          passages.stream().map(Passage::id).toList());
    }
    Duration trained = Duration.ofNanos(System.nanoTime() - started);
    String servers =
        running.add(EmbeddedBroker.start(work.resolve("broker"), 0)).bootstrapServers();
    LiveServices services =
        running.add(
            LiveServices.start(servers, TOPICS, work.resolve("bundle"), work.resolve("state")));
    publish(servers);
    services.awaitItems(passages.size(), progress);
    int learned = passages.stream().mapToInt(passage -> passage.learned().size()).sum();
    return new AnsweringReport(passages, learned, ENCODER.dimension(), trained, ask(servers));
  }

  /** Each passage becomes an item with its vector as content embedding. */
  private void publish(String servers) {
    try (Producer<String, ItemUpdate> producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, servers),
            new StringSerializer(),
            AvroSerde.of(ItemUpdate.class).serializer())) {
      for (Passage passage : passages) {
        ItemUpdate update =
            ItemUpdate.newBuilder()
                .setItemId(passage.id())
                .setTitle(passage.title())
                .setContentEmbedding(boxed(ENCODER.encode(passage.words())))
                .build();
        producer.send(
            new ProducerRecord<>(TOPICS.name(Topic.ITEM_UPDATES), update.getItemId(), update));
      }
    } // closing waits until all are acknowledged
  }

  private List<AskedQuestion> ask(String servers) {
    List<float[]> vectors =
        passages.stream().map(passage -> ENCODER.encode(passage.words())).toList();
    List<AskedQuestion> asked = new ArrayList<>();
    try (RequestClient client = RequestClient.connect(servers, TOPICS);
        Progress.Task task = progress.begin("asking", -1)) {
      for (int i = 0; i < passages.size(); i++) {
        Passage passage = passages.get(i);
        String id = passage.id();
        for (String question : passage.heldOut()) {
          float[] encoded = ENCODER.encode(HashedNgrams.words(question));
          Answer answer =
              client.ask(
                  RecommendationRequest.newBuilder()
                      .setK(K)
                      .setQuery(new ReadyQuery(boxed(encoded), null, null, MODEL_ID)),
                  PATIENCE);
          asked.add(
              new AskedQuestion(
                  question,
                  id,
                  passage.sharesWords(question),
                  answer,
                  answer.rank(id).orElse(0),
                  rankByCosine(encoded, vectors, i)));
          task.reached(asked.size());
        }
      }
    }
    return asked;
  }

  /** All vectors have the same length, so that the dot product ranks as the cosine does. */
  private static int rankByCosine(float[] encoded, List<float[]> vectors, int passage) {
    double own = dot(encoded, vectors.get(passage));
    return 1 + (int) vectors.stream().filter(vector -> dot(encoded, vector) > own).count();
  }

  private static double dot(float[] left, float[] right) {
    double sum = 0;
    for (int i = 0; i < left.length; i++) {
      sum += left[i] * (double) right[i];
    }
    return sum;
  }

  private static List<Float> boxed(float[] vector) {
    List<Float> boxed = new ArrayList<>(vector.length);
    for (float value : vector) {
      boxed.add(value);
    }
    return boxed;
  }
}
