/**
 * Question answering on the running system, at small scale: {@link
 * dev.molstream.answering.QuestionAnswering} learns from questions about a made-up town, serves its
 * passages and asks what it has not learned. The text encoder is a stand-in, {@link
 * dev.molstream.answering.HashedNgrams}. One thread.
 */
@NullMarked
package dev.molstream.answering;

import org.jspecify.annotations.NullMarked;
