package dev.molstream.stream.gather;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.molstream.schemas.PackedFloats;
import dev.molstream.schemas.QueryWithoutEvent;
import dev.molstream.schemas.RecommendationStatus;
import dev.molstream.schemas.Recommendations;
import dev.molstream.schemas.ShardQuery;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PendingRequestTest {
  private static final Serde<PendingRequest> SERDE = PendingRequest.serde();

  @Test
  void comesBackAsItWas() {
    Headers headers = new RecordHeaders();
    headers.add("twice", new byte[] {1}).add("twice", new byte[] {}).add("null", null);

    PendingRequest read = roundTrip(pending(new byte[] {1, 2}, headers));

    assertThat(read.query()).isEqualTo(pending(null, headers).query());
    assertThat(read.draft()).isEqualTo(pending(null, headers).draft());
    assertThat(read.key()).isEqualTo(new byte[] {1, 2});
    assertThat(read.headers()).isEqualTo(headers);
  }

  @Test
  void aRecordWithoutKeyAndHeadersStaysOne() {
    PendingRequest read = roundTrip(pending(null, new RecordHeaders()));

    assertThat(read.key()).isNull();
    assertThat(read.headers()).isEmpty();
  }

  @Test
  void refusesAFormatOfALaterVersion() {
    byte[] bytes = SERDE.serializer().serialize("", pending(null, new RecordHeaders()));
    bytes[0] = 2;

    assertThatThrownBy(() -> SERDE.deserializer().deserialize("", bytes))
        .hasMessageContaining("format 2")
        .hasMessageContaining("reads 1");
  }

  private static PendingRequest roundTrip(PendingRequest pending) {
    return SERDE.deserializer().deserialize("", SERDE.serializer().serialize("", pending));
  }

  private static PendingRequest pending(byte @Nullable [] key, Headers headers) {
    return new PendingRequest(
        new ShardQuery(
            "g",
            1L,
            2,
            "model",
            3,
            PackedFloats.pack(1, 0),
            PackedFloats.pack(0),
            List.of("excluded"),
            List.of("category"),
            Map.of("algorithm", "exact"),
            2,
            10,
            "Like this",
            List.of(
                new QueryWithoutEvent(
                    "item", "Title", PackedFloats.pack(0, 1), PackedFloats.pack(1))),
            Instant.EPOCH),
        Recommendations.newBuilder()
            .setRequestId("request")
            .setStatus(RecommendationStatus.OK)
            .build(),
        key,
        headers);
  }
}
