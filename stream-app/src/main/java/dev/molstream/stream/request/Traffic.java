package dev.molstream.stream.request;

import dev.molstream.schemas.ReadyQuery;
import dev.molstream.schemas.RecommendationRequest;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Utils;

/**
 * Which of several models answers whom. Immutable: a request that has taken one sees one state of
 * all models.
 *
 * <p>Every user has a fixed place in [0, 1), see {@link #place}; the models, in the order of their
 * ids, divide that range by their shares. So a user stays with a model as long as the shares do,
 * and when two models exchange share only users at the borders between them move.
 *
 * @param variants in the order of model ids; empty before the first model is ready
 */
public record Traffic(List<Variant> variants) {
  /** No model answers. */
  public static final Traffic NONE = new Traffic(List.of());

  // Another hash than that of partitions, so that no variant is confined to some of them.
  private static final String SALT = "variant:";

  /**
   * A model and how much of the traffic it answers.
   *
   * @param share not negative; shares count relative to their sum
   */
  public record Variant(ServedModel model, double share) {
    public Variant {
      if (!(share >= 0 && Double.isFinite(share))) {
        throw new IllegalArgumentException(
            "share of %s is %s, valid is 0 to 1".formatted(model.modelId(), share));
      }
    }
  }

  public Traffic {
    variants =
        variants.stream()
            .sorted(Comparator.comparing((Variant variant) -> variant.model().modelId()))
            .toList();
    Set<String> ids = new HashSet<>();
    for (Variant variant : variants) {
      if (!ids.add(variant.model().modelId())) {
        throw new IllegalArgumentException(
            "model " + variant.model().modelId() + " is there twice");
      }
    }
  }

  /** All of the traffic to one model. */
  public static Traffic allTo(ServedModel model) {
    return new Traffic(List.of(new Variant(model, 1)));
  }

  /** True before the first model is ready. */
  public boolean isEmpty() {
    return variants.isEmpty();
  }

  /** True when the model answers someone, or may be asked for. */
  public boolean has(ServedModel model) {
    return variants.stream().anyMatch(variant -> variant.model() == model);
  }

  /** Share of the users that the model answers, 0 to 1; 0 when it is not here. */
  public double shareOf(String modelId) {
    double sum = 0;
    double own = 0;
    for (Variant variant : variants) {
      sum += variant.share();
      own += variant.model().modelId().equals(modelId) ? variant.share() : 0;
    }
    return sum > 0 ? own / sum : own;
  }

  /** True when answers name the variant they come from. */
  boolean isSplit() {
    return variants.size() > 1;
  }

  /** The model for a request: the one its ready query was made for, else that of its user. */
  ServedModel modelFor(RecommendationRequest request) {
    if (isEmpty()) {
      throw new IllegalStateException("a request is answered and no model is served");
    }
    if (!isSplit()) {
      return variants.getFirst().model();
    }
    ReadyQuery query = request.getQuery();
    if (query != null && query.getModelId() != null) {
      for (Variant variant : variants) {
        if (variant.model().modelId().equals(query.getModelId())) {
          return variant.model();
        }
      }
    }
    return modelOf(request.getUserId());
  }

  /** The model that answers this user. */
  ServedModel modelOf(String userId) {
    double sum = variants.stream().mapToDouble(Variant::share).sum();
    double place = place(userId) * sum;
    double border = 0;
    ServedModel last = variants.getFirst().model();
    for (Variant variant : variants) {
      border += variant.share();
      if (variant.share() > 0) {
        last = variant.model();
        if (place < border) {
          return last;
        }
      }
    }
    return last; // rounding put the last border below the sum
  }

  /**
   * The user's place in [0, 1): murmur2, as Kafka has it, of {@code variant:USERID} in UTF-8,
   * without its sign bit, divided by 2^31.
   */
  static double place(String userId) {
    byte[] salted = (SALT + userId).getBytes(StandardCharsets.UTF_8);
    return Utils.toPositive(Utils.murmur2(salted)) / 0x1p31;
  }

  /** For the log: models with their shares. */
  @Override
  public String toString() {
    return variants.stream()
        .map(variant -> variant.model().modelId() + " × " + variant.share())
        .collect(Collectors.joining(", "));
  }
}
