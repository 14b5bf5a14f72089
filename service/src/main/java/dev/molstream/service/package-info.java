/**
 * What the two services share, so that each is only its topology: {@link
 * dev.molstream.service.ServiceConfig} and {@link dev.molstream.service.Settings} (configuration),
 * {@link dev.molstream.service.StreamsService} (Kafka Streams from start to close), {@link
 * dev.molstream.service.DeadLetters} (records nobody can use), {@link
 * dev.molstream.service.MolstreamMetric} (the catalogue of metrics) and {@link
 * dev.molstream.service.OperationsEndpoint} (metrics and health over HTTP).
 *
 * <p>Configuration is immutable and read once at start. Everything else may be called from any
 * thread.
 */
@NullMarked
package dev.molstream.service;

import org.jspecify.annotations.NullMarked;
