package dev.molstream.stream;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.RecordContext;
import org.apache.kafka.streams.processor.TopicNameExtractor;

/**
 * Where an answer goes: to the topic in the request's {@code kafka_replyTopic} header when the
 * operator allows that one (Spring's ReplyingKafkaTemplate sets it), else to recommendations.
 *
 * @param standard full name of the recommendations topic
 * @param allowed full names of the topics a request may ask for
 */
record ReplyTopics(String standard, Set<String> allowed)
    implements TopicNameExtractor<byte[], Object> {
  static final String HEADER = "kafka_replyTopic";

  ReplyTopics {
    allowed = Set.copyOf(allowed);
  }

  @Override
  public String extract(byte[] key, Object answer, RecordContext context) {
    Header asked = context.headers().lastHeader(HEADER);
    if (asked == null || asked.value() == null) {
      return standard;
    }
    String topic = new String(asked.value(), StandardCharsets.UTF_8);
    return allowed.contains(topic) ? topic : standard;
  }
}
