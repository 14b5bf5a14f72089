package dev.molstream.stream.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.junit.jupiter.api.Test;

class EventsFirstTest {
  private static final long NONE_YET = -1;

  @Test
  void everyEventComesBeforeEveryRequestWhateverTheClocksSay() {
    for (long eventTime : new long[] {-1, 0, 1_700_000_000_000L, Long.MAX_VALUE}) {
      for (long requestTime : new long[] {-1, 0, 1_700_000_000_000L, Long.MAX_VALUE}) {
        assertThat(time(EventsFirst.events(), eventTime, NONE_YET))
            .as("event at %d, request at %d", eventTime, requestTime)
            .isNotNegative()
            .isLessThan(time(EventsFirst.requests(), requestTime, NONE_YET));
      }
    }
  }

  @Test
  void timesStayTrue() {
    assertThat(time(EventsFirst.events(), 1_700_000_000_000L, NONE_YET))
        .isEqualTo(1_700_000_000_000L);
    assertThat(EventsFirst.sentMillis(time(EventsFirst.requests(), 1_700_000_000_000L, NONE_YET)))
        .isEqualTo(1_700_000_000_000L);
  }

  @Test
  void aRecordWithoutATimeHasThatOfTheOneBefore() {
    long before = time(EventsFirst.requests(), 5_000, NONE_YET);

    assertThat(time(EventsFirst.events(), -1, 4_000)).isEqualTo(4_000);
    assertThat(EventsFirst.sentMillis(time(EventsFirst.requests(), -1, before))).isEqualTo(5_000);
  }

  private static long time(TimestampExtractor extractor, long timestamp, long partitionTime) {
    ConsumerRecord<Object, Object> record =
        new ConsumerRecord<>(
            "topic",
            0,
            0,
            timestamp,
            TimestampType.CREATE_TIME,
            1,
            1,
            "key",
            "value",
            new RecordHeaders(),
            Optional.empty());
    return extractor.extract(record, partitionTime);
  }
}
