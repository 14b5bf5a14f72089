package dev.molstream.schemas;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One filled-in record of each type, for tests. */
final class Records {
  static final Instant TIME = Instant.parse("2026-11-22T10:15:30.123Z");

  private Records() {}

  static UserEvent event() {
    return UserEvent.newBuilder()
        .setEventId("e-1")
        .setUserId("Zoë 🎬")
        .setItemId("1270")
        .setAction(Action.PURCHASE)
        .setValue(4.5f)
        .setTimestamp(TIME)
        .setAttributes(Map.of("page", "home"))
        .build();
  }

  static ItemUpdate update() {
    return ItemUpdate.newBuilder()
        .setItemId("1270")
        .setTitle("Back to the Future (1985)")
        .setCategories(List.of("Comedy", "Sci-Fi"))
        .setContentEmbedding(List.of(0.5f, -1.25f))
        .setTimestamp(TIME)
        .setVectors(new ReadyVectors(List.of(1f, 2f), List.of(0.6f, 0.8f), List.of(-1f), "m-1"))
        .build();
  }

  static RecommendationRequest request() {
    return RecommendationRequest.newBuilder()
        .setRequestId("r-1")
        .setUserId("1")
        .setK(5)
        .setFilters(new RequestFilters(List.of("Drama"), List.of("17")))
        .setDeadline(TIME)
        .setOptions(Map.of("algorithm", "exact"))
        .setQuery(new ReadyQuery(List.of(0.25f, -3f), null, null, "m-1"))
        .build();
  }

  static Recommendations answer() {
    return Recommendations.newBuilder()
        .setRequestId("r-1")
        .setUserId("1")
        .setStatus(RecommendationStatus.OK)
        .setReason(null)
        .setItems(
            List.of(new RecommendedItem("1270", "Back to the Future (1985)", 3.25f, null, null)))
        .setModelId("m-1")
        .setTimings(new Timings(1L, 2L, 3L, 4L, 9L))
        .setTimestamp(TIME)
        .build();
  }

  static ItemEmbedding embedding() {
    return ItemEmbedding.newBuilder()
        .setModelId("m-1")
        .setItemId("1270")
        .setBase(PackedFloats.pack(1, 2, 3))
        .setComponents(PackedFloats.pack(0.6f, 0.8f))
        .setGate(PackedFloats.pack(-1))
        .setSourcePartition(2)
        .setSourceOffset(1L << 40)
        .build();
  }

  static ModelRelease release() {
    return ModelRelease.newBuilder()
        .setModelId("m-1")
        .setShape(new ModelShape(64, 4, 2, 32, 128, 0.05f))
        .setLocation("/bundle")
        .setSha256("ab".repeat(32))
        .setState(ReleaseState.LIVE)
        .build();
  }
}
