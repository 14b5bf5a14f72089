package dev.molstream.stream.request;

import dev.molstream.schemas.RecommendationRequest;
import org.jspecify.annotations.Nullable;

/**
 * The models that answer now. One thread changes them, any thread answers by them.
 *
 * <p>A request takes the whole {@link Traffic} once and answers by one model of it, so no answer is
 * a mixture of before and after a change. A model that answers no more is closed after the change
 * is published; a request that had taken the old traffic and comes too late to get a recommender
 * finds the new one there and takes that.
 */
public final class ServedModels {
  private volatile Traffic traffic = Traffic.NONE;

  /** What answers a request, until closed. */
  record Lease(ServedModel model, Recommender recommender, @Nullable String variant)
      implements AutoCloseable {
    @Override
    public void close() {
      model.giveBack(recommender);
    }
  }

  /** The current state. */
  public Traffic traffic() {
    return traffic;
  }

  /** From now on requests are answered so. What is not in it any more may be closed next. */
  public void publish(Traffic next) {
    traffic = next;
  }

  /** The model for this request and a recommender of it, for the caller's thread alone. */
  Lease take(RecommendationRequest request) {
    while (true) {
      Traffic now = traffic;
      ServedModel model = now.modelFor(request);
      Recommender recommender = model.take();
      if (recommender != null) {
        return new Lease(model, recommender, now.isSplit() ? model.modelId() : null);
      }
      if (now == traffic) {
        throw new IllegalStateException("model " + model.modelId() + " is closed and still served");
      }
    }
  }
}
