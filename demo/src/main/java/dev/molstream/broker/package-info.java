/**
 * A Kafka broker inside this process, for the demo, for development and for tests. {@link
 * dev.molstream.broker.EmbeddedBroker} starts and stops one.
 */
@NullMarked
package dev.molstream.broker;

import org.jspecify.annotations.NullMarked;
