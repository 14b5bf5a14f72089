/**
 * The demo: the whole system in one process. {@link dev.molstream.demo.Demo} runs the show and
 * hands what it finds to a {@link dev.molstream.demo.Audience}; {@link
 * dev.molstream.demo.RequestClient} and {@link dev.molstream.demo.Replay} are Kafka clients as
 * anyone could write them.
 */
@NullMarked
package dev.molstream.demo;

import org.jspecify.annotations.NullMarked;
